"""Homework, in four rooms: what was claimed, which mistake it may be, what it earns, and a whole class.

Read `claims`, `diagnosis`, `marking` and `classroom`; each imports from those before it.
"""
