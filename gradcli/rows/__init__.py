"""Many points through one program.

Read them in this order. `terms` and `tracing` write the table's rules down as code that proves its errors, `compiled`
makes functions of it; `plan` and `engine` use them on the tables that `tables` cuts blocks of text into; `streaming`
is the loop, `jobs` its workers. `columns`, `arrow` and `files` do the same to whole columns, `cluster` to partitions
on other machines.
"""
