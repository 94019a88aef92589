"""Lists: of a server's ports and of one's servers, what they show, and the way from each."""
