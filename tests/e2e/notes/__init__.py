"""Notes of a port: by the command and the form, as long as the panel keeps them, and what others wrote meanwhile."""
