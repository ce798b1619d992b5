"""Which mistake would give this number? Each row of the catalogue is a wrong rule, path or value, run over the program.

A diagnosis is worded as "consistent with", and no diagnosis is a normal result. Read `mistakes` and
`function_mistakes` (the catalogue; `wrong_steps` are those of descent), `wrong_rules`, `wrong_paths`, `wrong_readings`,
`program_shape`, `replaced_numbers` and `carrying` (what follows from a wrong number), `wanted` (which numbers explain a
claim), `hidden_numbers` (those that nobody claims), `agreement`, `ways`, `predictions` (what each mistake would give
here), `suspects` (the diagnosis of one sheet), `diagnoses` (what it says), `alternatives` (which explanations are
told), `teaching` (the rule), `lint` (what a problem hides) and `dull_numbers`.

For programs of arrays read `array_worlds` (what follows from one thing done wrongly), `array_mistakes` (the
catalogue), `array_predictions` (every edit), `array_predicted`, `array_evidence`, `array_retracing`, `array_suspects`,
`array_lint` and `dull_arrays`. The wrong rules stand in `array_wrong_products`, `array_wrong_operands`,
`array_wrong_sums`, `array_wrong_slopes`, `array_wrong_losses`, `array_wrong_residuals`, `array_wrong_totals`,
`array_wrong_layers`, `array_wrong_values` and `array_entry_rules`; their words in `array_names`, `array_entry_words`
and `array_divisors`. `array_axes` says which axes have one size.
"""
