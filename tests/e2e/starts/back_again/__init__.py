"""A primary that is the old one again, without a restart in between: nowhere is it said that a game waits for it."""
