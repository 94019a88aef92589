"""POST on the allocations: which row a server gets; nothing about it can be chosen."""

from __future__ import annotations

from ipaddress import ip_address

from bot.demo.panel import allocations, errors
from bot.demo.panel.answers import Answer, success
from bot.demo.panel.calls import Call
from bot.demo.panel.database import Engine
from bot.demo.panel.records import Allocation

PORTS = range(1025, 65536)


async def create(call: Call) -> Answer:
    """Give the server one more row: a free one of the primary's IP, or a new one of the range."""
    state, server, database = call.state, call.server, call.database
    async with database.turn(server.id, locks=call.traits.creation_locks_server):
        read_at = database.writes if call.engine is Engine.SQLITE else None
        # The primary counts too, and no limit set means zero, not unlimited.
        if len(state.allocations_of(server)) >= (server.limit or 0):
            raise errors.limit_reached()
        if not state.auto_allocation:
            raise errors.auto_allocation_disabled()
        row = _row(call)
        await database.write(call.request, read_at=read_at)
        row.server_id = server.id
        call.log("server:allocation.create", row)
    return success(allocations.document(row, server))


def _row(call: Call) -> Allocation:
    state, server = call.state, call.server
    ip = state.primary_of(server).ip
    free = [
        row
        for row in state.allocations.values()
        if row.server_id is None and row.node_id == server.node_id and row.ip == ip
    ]
    return call.chance.row(free) if free else _from_range(call, ip)


def _from_range(call: Call, ip: str) -> Allocation:
    state, node = call.state, call.state.nodes[call.server.node_id]
    if not state.range_start or not state.range_end:
        raise errors.no_space()
    try:
        start, end = sorted((int(state.range_start), int(state.range_end)))
    except ValueError as error:
        raise errors.unexpected("InvalidArgumentException") from error
    taken = {row.port for row in state.allocations.values() if row.ip == ip}
    ports = [port for port in range(start, end + 1) if port not in taken]
    if not ports:
        raise errors.no_space()
    port = call.chance.port(ports)
    if port not in PORTS:
        raise errors.port_out_of_range()
    canonical = str(ip_address(ip))
    row = state.add_allocation(canonical, port, node=node)
    if canonical != ip:
        # The panel looks for the new row by the stored spelling, misses it, and leaves it behind.
        raise errors.not_found()
    return row
