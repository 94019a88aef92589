"""The database: linked accounts with encrypted keys, and what the bot remembers of itself."""
