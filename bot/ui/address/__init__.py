"""The screens of the address players type."""
