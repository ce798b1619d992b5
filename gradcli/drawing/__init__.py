"""The picture of a record: what is drawn, where it stands, how the wires run, and what draws it.

`subject` says what is asked of a record, `diagram` what is drawn, `layers` and `rows` where it stands, `channels` how
the wires run between the columns, `picture` puts it all at coordinates (`strokes` are its wires), and `grid`, `svg`
and `tikz` draw them. Read them in this order; `outline` is the list that stands for a picture that is too large,
`remarks` is what is said at kinks, and `stages` what a picture shows at one step. `array_diagram` says what is drawn
of a program of arrays, `array_outline` is its list.
"""
