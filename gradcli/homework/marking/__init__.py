"""What does a sheet earn? Each claim gets a status, and the statuses a mark.

Read `answer_key` (with `nodes_at_numbers` and `plain_numbers`), `judging` (one claim; `whole_numbers` have to be
exact, `numbers_put_in` may stand for names), `follow_through` (a right step from a wrong number; `copied_gradients`:
whose number it may be), `new_values` (a step of descent), `concept_weights` and `marks` (`formulas_elsewhere`: what
explains a wrong formula at other points too). For programs of arrays read `array_key`, `array_judging` (`array_shapes`,
`array_conventions` and `array_numbers_put_in`), `array_steps` (`array_terms` and `array_rounding`: what rounding may
change), `array_new_values` and `array_marks`.
"""
