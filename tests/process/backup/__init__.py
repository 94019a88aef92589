"""Backup and restore: whole or not at all, whatever happens meanwhile."""
