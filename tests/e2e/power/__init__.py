"""Restarting and starting a server: what it does now, the question, the command, and what came of it."""
