"""Many points through one program.

Read them in this order. `terms` and `tracing` write the table's rules down as code that proves its errors, `compiled`
makes functions of it; `plan` and `engine` use them on the tables that `tables` cuts blocks of text into; `streaming`
is the loop, `jobs` its workers (`files/serving` has the processes). What that code does not settle goes through
`straight_line`, code for the number systems of the main job, in the order that `tiers` has. `summing`, `sums` and
`totals` add up all rows with the same code. `columns`, `arrow` and `files` do the same to whole columns, with
`column_functions`, `column_sums` and `column_bounds`, and `cluster` to partitions on other machines.
"""
