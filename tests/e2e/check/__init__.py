"""Check on a port's own page: the game is asked over real sockets, and what came of it is told."""
