"""Asking games over real sockets, good and hostile ones, and which addresses are asked at all."""
