"""What screens are made of: texts, components, custom_ids and pages, in Discord's limits."""
