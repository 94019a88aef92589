"""After an error: the message shows what is so now, with the error on top and the button that does what it advises."""
