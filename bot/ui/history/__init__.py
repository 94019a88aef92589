"""The screens of who changed what."""
