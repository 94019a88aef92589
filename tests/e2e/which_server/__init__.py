"""Which server is meant: a picker where a name fits several or none, a pasted address, and the only one at once."""
