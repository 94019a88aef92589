"""Links: which person acts with which panel key, and what is kept of them."""
