"""What is a derivative? A table of operations, a program as a flat graph of them, and sweeps over it.

Read `table_parts` and `operations` (the table), `graph`, `faults`, `sweeps` (forward and reverse, primal, tangent and
cotangent) and `linearization` (both modes at a point: vjp and jvp). Then `shared_rules` and `reciprocal_functions`
(more of the table), `second_look`, `fast_sweeps`, `building`, `replacing` and `gate`; `sides` and `beside` (what happens
at a kink), `symbolic` and `folding` (formulas as numbers), `finite_differences` and `notes`.
"""
