"""The address players type: the name given for it, and posting it."""
