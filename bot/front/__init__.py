"""What carries an interaction, from Discord's gateway to the handler that answers it, and back."""
