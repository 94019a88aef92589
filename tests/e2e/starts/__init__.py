"""What a game has seen of a server's ports, by when it was started."""
