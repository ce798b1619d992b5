"""Both passes as code that runs: a forward pass, and a backward pass as one writes it by hand.

Read `needs` (under which conditions a value counts), `lines` (which lines there are, in no language), `symbols` (the
rules of the table), `spelling` and `helpers` (how a language calls its functions, and what it has to be given),
`names`, `parameters` and `writing`, then `python` and `javascript`. `student_test` is a test of a backward pass.

On arrays read `array_lines`, `array_symbols`, `array_safety` with `openings` (branches that do not count),
`array_spelling` with `vocabulary`, `array_values`, `loops` and `arrays`, then `numpy_code`, `torch_code` and
`array_student_test`. `opened` refuses what is not written.
"""
