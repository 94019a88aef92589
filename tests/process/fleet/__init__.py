"""Several processes, one bot: what is done in one of them is known and counted in the others."""
