"""Whose servers are meant."""

from __future__ import annotations

import pytest

from tests.world import World


@pytest.fixture
def twins(world: World) -> str:
    """Give ann a second server whose name begins like Survival's; return its identifier."""
    server = world.state.add_server(world.state.users[1], "Survival Two", ip="198.51.100.9", free_ports=())
    return str(server.identifier)
