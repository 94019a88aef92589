"""Bringing an answer to Discord: when, how often, and on which message."""
