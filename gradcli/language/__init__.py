"""What does a text mean, and how is a graph written down?

Texts become graphs: read `lexer`, `parser`, `scope`, `syntax`, and `repeated_statements`, a cache over these. What is
wrong with a text is said by `syntax_errors`, `foreign_names`, `implied_products` and `mending`. Graphs become texts:
`writing`, `latex`, `rule_text`, `laws`, and `powers`, `algebra` and `canonical` for formulas as a person would write
them. Arrays have their own: `array_writing`, and `array_rules` for backward rules, which `array_arithmetic` and
`array_symbols` derive from the second table.
"""
