"""What was changed: by oneself through the bot, with the way to undo it, and by everybody as the panel logs it."""
