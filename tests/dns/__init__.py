"""A real DNS server on loopback, and what the bot makes of its answers."""
