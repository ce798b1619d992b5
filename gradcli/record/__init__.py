"""What is the answer? A program at a point, certified, with all that every report shows.

The record is complete, and reports compute nothing. Read `bindings`, `precision` (which number systems are tried),
`passes` (both sweeps in one of them), `settling` and `gradient` (the record). `gates` folds what has no name;
`higher_derivatives`, `derivation` and `verification` are made from the record.
"""
