"""What can be claimed about a program at a point, and what was: items, numbers, formulas, tolerances.

Read `items`, `outside` (items outside the derivative of the output), `claims`, `chain`, `primes` and `decimals` (how
claims are read), `written_numbers` and `repairs` (claims that are read kindly: `factors`, `brackets_behind`,
`words_around`, `no_numbers`, `two_readings`, `python_spellings` and `reasons` say what else may stand
in one; `decimal_sign` what a comma is, `labelled_entries` what names of entries are), `tolerance`
(`default_tolerance` where nobody says, `item_sizes` beside small numbers), `labels`, `sides` and `formula_equality`
(when is a formula the same?). `claim_files` and `answer_tables` read files, `markdown_sheets` sheets in Markdown;
`headings` and `hand_in_times` say what columns mean. For programs of arrays read `array_items`, `array_sizes`,
`array_claims`, `array_repairs`, `array_runs` and `array_formulas`.
"""
