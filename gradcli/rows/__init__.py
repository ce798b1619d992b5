"""Many points through one program."""
