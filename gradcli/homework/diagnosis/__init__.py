"""Which mistake would give this number? Each row of the catalogue is a wrong rule, path or value, run over the program.

A diagnosis is worded as "consistent with", and no diagnosis is a normal result. Read `mistakes` (the catalogue),
`wrong_rules`, `wrong_paths`, `wrong_readings`, `program_shape`, `replaced_numbers`, `wanted` (which numbers explain a
claim), `ways`, `predictions` (what each mistake would give here), `suspects` (the diagnosis of one sheet),
`alternatives` (which explanations are told), `teaching` (the rule), `lint` (what a problem hides) and
`dull_numbers`.
For programs of arrays read `array_worlds` (what follows from one thing done wrongly), `array_mistakes` (the
catalogue), `array_predictions`, `array_retracing`, `array_suspects`, `array_lint` and `dull_arrays`.
"""
