"""Plots: what is shown of a program over one range or two - samples, breaks, level lines, axes.

Read `plot`, `sampling` (where a function is asked), `probing` (one number there, certified), `breaks` (jumps and
poles), `contours` (level lines of two inputs), `scales` (axes) and `paths` (a descent on its plot).
"""
