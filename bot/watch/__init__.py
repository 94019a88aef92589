"""Watching the running bot: its numbers, whether it is alive and ready, and what its service manager is told."""
