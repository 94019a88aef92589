"""Rules of the house that a reader can rely on: who may import whom, docstrings, sizes, names."""
