"""Where bytes go: files that appear whole or not at all, standard output, devices and pipes.

Every command writes through this room. Read `outputs`.
"""
