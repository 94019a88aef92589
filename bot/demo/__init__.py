"""The demo: the real bot against a simulated Discord and a simulated panel, with no token."""
