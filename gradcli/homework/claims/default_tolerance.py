"""How far off a right answer may be where nobody says; without imports, for pages of help."""

RTOL, ATOL = 1e-2, 1e-8
