"""Somebody else changes the server too: what is shown, recorded and posted is what the panel says now."""
