"""Ways to DNS that fail or are slow."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import dns.message
import dns.rcode

from bot.demo.nameserver import NameServer
from bot.domain.resolved import Resolved
from bot.net.resolver import Resolver
from tests.stage import Stage


class Failing(NameServer):
    """Says of every name that it failed at it."""

    async def answer(self, query: dns.message.Message) -> list[bytes]:
        """Fail."""
        failed = dns.message.make_response(query)
        failed.set_rcode(dns.rcode.SERVFAIL)
        return [failed.to_wire()]


class SlowLine:
    """Stands between the bot and the DNS: nothing goes through before it is open, as the simulation is told."""

    def __init__(self, stage: Stage, names: NameServer) -> None:
        self.open = asyncio.Event()
        self._stage = stage
        self._beyond = Resolver(["127.0.0.1"], port=names.port)

    async def look_up(self, host: str, records: Sequence[str]) -> Resolved:
        """Look a name up once the line is open."""
        await self._stage.env.external_wait(self.open.wait(), reason="DNS takes its time")
        return await self._beyond.look_up(host, records)
