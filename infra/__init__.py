"""How it runs: the composition root, settings, the command line, demonstration data."""
