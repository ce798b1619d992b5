"""What is a derivative of many numbers at once? Programs whose nodes are arrays: shapes, the second table, the sweeps.

Read `sizes` (what a shape is), `rows` (what a row of the table is made of), `table` (the rows; `scatters` makes some
of others), `graph` (a program), `entries` (the functions of rules over any number system; what an array is in a run
says `array`), `sweeps` (both passes), and `opening` (the scalar nodes that an array stands for, which is the
definition of every row; `inside` opens some arrays in their place).

The rows stand in `contractions`, `reductions`, `gathers` and `classes`, with `axes` for their shapes and `roles` for
labels and indices. The functions of `entries` stand in `entrywise`, `moving` (by the maps of `places`), `reducing` and
`matrices`. `kernels` chooses faster ways: `ball_arrays`, `fraction_arrays` and `float_arrays`. `duals` is the forward
mode, `costs` counts multiplications, and `lifting` makes a program of arrays of one of numbers.

Nothing here is imported by a program of numbers alone.
"""
