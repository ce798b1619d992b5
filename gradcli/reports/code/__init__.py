"""Both passes as code that runs: a forward pass, and a backward pass as one writes it by hand.

Read `needs` (under which conditions a value counts), `lines` (which lines there are, in no language), `spelling` and
`helpers` (how a language calls its functions, and what it has to be given), `names`, then `python` and `javascript`.
"""
