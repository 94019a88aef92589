"""A key of the bot's own in place of the pasted one, through the front door."""
