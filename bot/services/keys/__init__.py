"""What is done about a person's link and key: linking, swapping, tidying up, and giving out what is stored."""
