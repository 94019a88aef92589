"""People at the front door: commands, buttons and forms against the real bot and a panel over HTTP."""
