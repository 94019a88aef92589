"""Berth: manage the network allocations of Pterodactyl and Pelican game servers from Discord."""
