"""The name that players type: who gives it, where it is shown, what is refused, and when it goes."""
