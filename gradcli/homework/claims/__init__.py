"""What can be claimed about a program at a point, and what was: items, numbers, formulas, tolerances.

Read `items`, `outside` (items outside the derivative of the output), `claims`, `chain` and `decimals` (how claims are
read), `tolerance` (`default_tolerance` where nobody says, `item_sizes` beside small numbers), `labels`, `sides` and
`formula_equality` (when is a formula the same?); `claim_files` and `answer_tables` read files. For programs of arrays
read `array_items`, `array_sizes`, `array_claims`, `array_repairs` and `array_formulas`.
"""
