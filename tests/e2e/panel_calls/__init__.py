"""How many panel calls each action makes, and which."""
