"""How fast gradcli is, beside its peers: `python -m benchmarks --help`."""
