"""After a lost answer the bot reads back and says what is true now; a change is never sent a second time."""
