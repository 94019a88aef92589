"""Decisions that no single action at the front door can show."""
