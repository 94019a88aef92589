"""A key goes to the panel that PANEL_URL names and to nobody else, over TLS that was verified."""
