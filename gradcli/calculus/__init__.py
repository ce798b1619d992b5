"""What is a derivative? One table of operations, a graph made of them, and sweeps over the graph.

Rules are data of the table, and the sweeps know no calculus. Read `table_parts` and `operations` (the table;
`spellings` has other names of its functions), `graph`, `faults`, `sweeps` (primals and tangents forwards, cotangents
backwards) and `linearization` (both modes at a point: vjp and jvp). Then `shared_rules` and `reciprocal_functions`
(more of the table), `second_look`, `fast_sweeps`, `upstream`, `building`, `replacing`, `following` (what depends on
what) and `gate`. `examples` has an example of every row. `notes` are what a sweep can have to say; `beside_values`,
`beside` and `sides` tell what happens next to a kink, `symbolic` (with `folding`) and `derivative_formulas` make
formulas, `finite_differences` and `one_moved` verify.
"""
