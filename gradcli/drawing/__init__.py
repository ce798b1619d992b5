"""The picture of a record: what is drawn, where it stands, how the wires run, and what draws it.

`diagram` says what is drawn, `layers` and `rows` where it stands, `channels` how the wires run between the columns,
`picture` puts it all at coordinates, and `grid`, `svg` and `tikz` draw them. Read them in this order; `outline` is
the list that stands for a picture that is too large, and `remarks` is what is said at kinks. `array_diagram` says what
is drawn of a program of arrays.
"""
