"""The screens to find a server, or a port over all of them."""
