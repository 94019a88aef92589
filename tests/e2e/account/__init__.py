"""A link to a panel account: the way to it, what is stored of it, and how it is undone."""
