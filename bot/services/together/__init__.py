"""What has to hold over all processes of the bot: turns, limits, and what the others changed."""
