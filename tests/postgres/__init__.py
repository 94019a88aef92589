"""A real PostgreSQL server that the tests start by themselves."""
