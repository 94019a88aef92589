"""Rules of the code itself: who may import whom, how large and how well named things are, what texts must have."""
