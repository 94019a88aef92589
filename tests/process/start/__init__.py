"""From nothing to a bot that runs, and every start that must fail."""
