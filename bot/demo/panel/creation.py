"""POST on the allocations: which row a server gets; nothing about it can be chosen."""

from __future__ import annotations

from ipaddress import ip_address

from bot.demo.panel import allocations, errors
from bot.demo.panel.answers import Answer, success
from bot.demo.panel.calls import Call
from bot.demo.panel.database import Engine
from bot.demo.panel.records import Allocation

LAST_PORT = 65535


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
        row = _of_the_range(call) if call.traits.rows_come_from_the_range else _of_the_pool(call)
        await database.write(call.request, read_at=read_at)
        row.server_id = server.id
        call.log("server:allocation.create", row)
    return success(allocations.document(row, server))


def _of_the_pool(call: Call) -> Allocation:
    """Pterodactyl: any free row, and the range only where there is none."""
    primary = call.state.primary_of(call.server)
    if free := _free(call, primary.ip):
        return call.chance.row(free)
    if not call.state.range_start or not call.state.range_end:
        raise errors.no_space()
    row = _new(call, primary.ip, *_bounds(call))
    if row.ip != primary.ip:
        # It looks for the new row by the stored spelling, misses it, and leaves it behind.
        raise errors.not_found()
    return row


def _of_the_range(call: Call) -> Allocation:
    """Pelican: free rows within the range, of any IP for a server without a primary; else a new one."""
    start, end = _bounds(call)
    primary = call.state.find_primary(call.server)
    ip = None if primary is None else primary.ip
    free = [row for row in _free(call, ip) if start <= row.port <= end]
    if free:
        return call.chance.row(free)
    if not call.state.creates_new_rows:
        raise errors.no_space()
    if primary is None:
        raise errors.unexpected("ErrorException")
    row = _new(call, primary.ip, start, end)
    if row.ip != primary.ip:
        # Missed by its spelling as on Pterodactyl, but rolled back.
        del call.state.allocations[row.id]
        raise errors.not_found()
    return row


def _free(call: Call, ip: str | None) -> list[Allocation]:
    node_id = call.server.node_id
    rows = (row for row in call.state.allocations.values() if row.server_id is None and row.node_id == node_id)
    return [row for row in rows if ip is None or row.ip == ip]


def _bounds(call: Call) -> tuple[int, int]:
    start, end = call.state.range_start, call.state.range_end
    if start is None and end is None:
        start, end = call.traits.usual_range
    try:
        return int(start or ""), int(end or "")
    except ValueError as error:
        raise errors.unexpected("InvalidArgumentException") from error


def _new(call: Call, ip: str, start: int, end: int) -> Allocation:
    state = call.state
    taken = {row.port for row in state.allocations.values() if row.ip == ip}
    ports = [port for port in range(min(start, end), max(start, end) + 1) if port not in taken]
    if not ports:
        raise errors.no_space()
    port = call.chance.port(ports)
    if not call.traits.first_port <= port <= LAST_PORT:
        raise errors.port_out_of_range(call.traits.first_port)
    return state.add_allocation(str(ip_address(ip)), port, node=state.nodes[call.server.node_id])
