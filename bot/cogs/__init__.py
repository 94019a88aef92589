"""Slash commands and component handlers: parse, call one service, present."""
