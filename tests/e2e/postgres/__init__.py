"""A visit to the bot whose database is a PostgreSQL server's."""
