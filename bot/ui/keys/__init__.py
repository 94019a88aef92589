"""The screens about a person's link and key."""
