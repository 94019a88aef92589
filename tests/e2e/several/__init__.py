"""Several ports at once, through the front door."""
