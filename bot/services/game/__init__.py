"""The game behind an address: what its process does, what it has seen, and whether it answers."""
