"""Plots: what is shown of a program over one range or two - samples, breaks, level lines, axes."""
