"""What an operator runs beside the bot: checking a configuration, rotating keys, asking whether it is well."""
