"""The demo's page in a real browser, as a person uses it."""
