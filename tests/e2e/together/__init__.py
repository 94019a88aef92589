"""What else happens on the same server meanwhile, on the panel's page or through the bot, and answers that are lost."""
