"""The simulated panel against exchanges recorded from a real one, and its faults."""
