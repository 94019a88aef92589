"""Every failure has its own answer: what happened, whose side it is on, and what to do next."""
