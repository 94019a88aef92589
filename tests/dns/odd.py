"""A DNS server that is slow, fails, lies, or says nothing at all."""

from __future__ import annotations

import asyncio

import dns.message
import dns.rcode

from bot.demo.nameserver import NameServer, Zone

SLOW = 0.6
"""Seconds that a slow one takes for a question."""


class Odd(NameServer):
    """Does not answer as it should: `does` says how."""

    does = "silence"

    def __init__(self, zone: Zone, *, ttl: int = 60) -> None:
        super().__init__(zone, ttl=ttl)
        self.fails_at: set[str] = set()
        """What it fails at, while it answers all else as `does` says."""
        self._first: dict[str, float] = {}

    async def answer(self, query: dns.message.Message) -> list[bytes]:
        """Answer badly."""
        right = await super().answer(query)
        if self.does == "silence":
            await asyncio.sleep(30)
        if self.does == "slow":
            # As one that asks others: who asks again meanwhile is told when it is known.
            now = asyncio.get_running_loop().time()
            await asyncio.sleep(self._first.setdefault(self.asked[-1], now) + SLOW - now)
        if self.does in ("SERVFAIL", "REFUSED") or self.asked[-1] in self.fails_at:
            failed = dns.message.make_response(query)
            failed.set_rcode(dns.rcode.REFUSED if self.does == "REFUSED" else dns.rcode.SERVFAIL)
            return [failed.to_wire()]
        if self.does == "garbage":
            return [b"\x00" * 11, b"no DNS at all"]
        if self.does == "another number":
            return [bytes([right[0][0] ^ 0xFF]) + right[0][1:]] * 50
        if self.does == "another question":
            other = dns.message.make_query("other.example.org", query.question[0].rdtype, id=query.id)
            return [self.reply(other).to_wire()]
        return right
