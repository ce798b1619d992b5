"""What does a text mean, and how is a graph written down?

Texts become graphs: read `lexer`, `parser`, `scope`, `callbacks`, `syntax`, and `repeated_statements`, a cache over
these. What is wrong with a text is said by `syntax_errors`, `names` (that have no value), `foreign_names`
(`european_names`), `foreign_conditions`, `implied_products`, `borrowed_forms`, `latex_reading`, `other_names` (θ is
theta) and `mending` (`bare_functions`; `operands`: what a foreign word reaches over).
Graphs become texts: `writing`, `as_written`, `latex`, `rule_text`, `laws`, and `powers`, `algebra` and `canonical`
for formulas as a person would write them.

Texts become graphs of arrays: read `array_syntax` (what the grammar stands for), `array_instructions`,
`array_running`, `array_calls` (shapes, as instructions run), `array_names` (statements, recurrences), `array_parts`,
and `array_scope`, which has the whole; `array_errors`, `array_repairs`, `array_habits`, `array_transposes` and
`array_notes` say what is wrong or may be, and `arrays_needed` what a program of numbers cannot do. Back to texts go
`array_writing`, `array_latex` (`array_orientation`: which vectors are rows), `array_entries` (one entry as a scalar
formula), `array_rules` for backward rules, which `array_arithmetic` and `array_symbols` derive from the second table,
and `array_gradients` with `array_statements` for the gradient as a program.

A forward pass in Python becomes a program: read `python_reading`, `python_assignments` (what changes in place),
`python_syntax`, `python_expressions`, `python_sizes`, `python_loops`, `python_functions`, `python_calls` (one row per
name), `python_differences` (what libraries mean in other ways), `python_builtins`, `python_casts`, `python_literals`,
`python_libraries` and `python_text`.
"""
