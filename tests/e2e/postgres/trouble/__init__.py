"""When the PostgreSQL server is cut off, starts anew, is locked, full or a replica: told as it is, and nothing else."""
