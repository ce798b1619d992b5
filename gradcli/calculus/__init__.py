"""What is a derivative? One table of operations, a graph made of them, and sweeps over the graph.

Rules are data of the table, and the sweeps know no calculus. Read `table_parts` and `operations` (the table), `graph`,
`sweeps`, `linearization` (both modes at a point); `faults` and `notes` are what a sweep can have to say. `beside` and
`sides` tell what happens next to a kink, `symbolic` makes formulas, `finite_differences` verify.
"""
