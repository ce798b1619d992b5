"""What is the answer? A program at a point, certified, with all that every report shows.

The record is complete, and reports compute nothing. Read `bindings` and `values` (texts that any number system reads;
`value_forms` are values in other forms, `word_slips` and `retyping` say what mistyped words meant), `precision` (which
systems are tried), `request` (what is asked), `passes` (both sweeps in one system), `remarks`, `settling` and
`gradient` (the record). `gates` folds what has no name, with `gate_formulas` and `inside`; `higher_derivatives`,
`derivation` and `verification` are made from the record; `update_rules`, `steps_taken`, `step_workings`, `descent` and
`descent_points` take steps from it. `enclosing` is the answer as balls, and `written_numbers` says whether an equation
holds as it is written. `calls` is for Python.

Programs of arrays have a record of their own, loaded for them alone: `array_values` and `array_point` (what inputs
hold), `array_task`, `array_passes`, `array_gradient`; `array_ranges` notes what a binary64 cannot hold; `array_shapes`
needs no values; `array_summary` says what there is to say of a large array; `array_checks`; `array_calls`. Outputs that
are arrays have `array_outputs`, `array_jacobian` and `array_tangent`; `array_formulas` is for `gradcli diff`,
`array_cost` for --cost, `array_traps` and `opened_notes` for notes. For steps: `array_derivation` (which lines there
are), `array_layers` (those that repeat), `array_written` (entries as formulas with numbers), `array_request` (single
entries).
"""
