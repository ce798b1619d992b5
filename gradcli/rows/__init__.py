"""Many points through one program.

Read them in this order. `code`, `terms` and `tracing` write the table's rules down as code that proves its errors
(`branches`: in which order), `compiled` makes functions of it; `plan` and `engine` use them on the tables that `tables`
and `cells` cut blocks of text into; `streaming` is the loop over what `blocks` reads, `jobs` its workers
(`files/serving` has the processes), `making` chooses the engine, and `messages` tells of rows that failed. What that
code does not settle goes through `straight_line`, code for the number systems of the main job, in the order that
`tiers` has. `summing`, `sums`, `totals` and `whole` add up all rows with the same code.

`columns`, `arrow` and `files` do the same to whole columns, from `sources` to `sinks`, with `column_functions`,
`column_sums`, `column_bounds`, `kernels` and `numerals`, and `cluster` to partitions on other machines. Programs of
arrays go through `opened`, with `list_columns`; `arrays` reads and writes arrays of JSON.
"""
