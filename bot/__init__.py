"""Berth: manage the network allocations of Pterodactyl and Pelican game servers from Discord."""

__version__ = "0.1.0"
