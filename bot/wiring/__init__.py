"""What the settings name, opened for the composition root: a module each."""
