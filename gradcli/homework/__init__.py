"""Homework: what can be claimed about a program at a point, and whether a claim is right."""
