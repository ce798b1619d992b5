"""What is a number just beside a point? A power series in the distance from the point, along a direction.

The sign of a number is that of its leading term, and what cannot be told of a coefficient is never taken for 0. Read
`coefficients`, `terms` (the series themselves), `decisions`, `system` (the functions of the table) and `exponentials`.
"""
