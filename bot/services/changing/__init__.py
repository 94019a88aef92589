"""One change: how it is made, what became of it, whether it stayed, and taking it back."""
