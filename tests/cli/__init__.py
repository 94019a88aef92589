"""`python -m bot …` as an operator types it: one line that names what is wrong, and the right exit code."""
