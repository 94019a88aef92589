"""A port: which one is meant, added, made the primary, removed, and what its own page tells."""
