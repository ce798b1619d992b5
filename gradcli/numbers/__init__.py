"""What is a number? Each number system answers for the functions that the table of operations asks for.

Every rule of the table runs over any of them, so that a new system makes every derivative available in new numbers.
Read `contract` and `functions` (what a system has to offer; `derived_functions` follow from the others), `systems`
(what they share, and floats), `refusing` (floats that are asked for anything), `fractions`, `error_arithmetic`,
`enclosures` (floats that know their error), `balls` (any precision), `span_arithmetic` and `spans` (values with an
uncertainty) and `closer` (what balls leave undecided), then `series`, the numbers just beside a point.
`special_functions` are those of binary64, `ieee` lets infinities travel on. `decimals` rounds them for people.
`flint_settings` is how FLINT's precision is set and put back.
"""
