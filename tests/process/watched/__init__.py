"""A bot that is watched: by who reads its numbers or its log, asks whether it is well, or manages the service."""
