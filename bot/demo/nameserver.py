"""A DNS server on loopback, over UDP and TCP: what the bot is told in the demo and in tests, without any network."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self, cast

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

from bot.demo.games.datagrams import LOOPBACK

LARGEST = 512
"""Bytes of an answer by UDP; a longer one is to be asked for by TCP."""
_CHAIN = 8
_TRIES = 20
"""Ports that are tried for one that is free for both protocols."""

Zone = Mapping[str, Sequence[str]]
"""Records by name and kind, as "play.example.com A"; each value is what stands behind the kind in a zone file."""


class NameServer:
    """Answers from a zone that may be changed meanwhile; knows nothing of names that are not in it."""

    def __init__(self, zone: Zone, *, ttl: int = 60) -> None:
        self.zone = dict(zone)
        self.ttl = ttl
        self.nothing_ttl: int | None = ttl
        """Seconds for which it says that there is nothing; None says no time."""
        self.asked: list[str] = []
        """What was asked for, oldest first."""
        self.port = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        """Begin to listen, at the same port for both protocols."""
        for left in reversed(range(_TRIES)):
            self._tcp = await asyncio.start_server(self._by_tcp, LOOPBACK, 0)
            self.port = self._tcp.sockets[0].getsockname()[1]
            try:
                self._udp, _ = await asyncio.get_running_loop().create_datagram_endpoint(
                    lambda: _Datagrams(self), local_addr=(LOOPBACK, self.port)
                )
            except OSError:  # somebody else has it for UDP
                self._tcp.close()
                if not left:
                    raise
            else:
                break
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, where: TracebackType | None
    ) -> None:
        """Stop listening."""
        self._udp.close()
        self._tcp.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def answer(self, query: dns.message.Message) -> list[bytes]:
        """Return what is sent back for a query, one piece after another."""
        question = query.question[0]
        self.asked.append(f"{question.name.to_text(omit_final_dot=True)} {dns.rdatatype.to_text(question.rdtype)}")
        return [self.reply(query).to_wire(max_size=65535)]

    def reply(self, query: dns.message.Message) -> dns.message.Message:
        """Return what the zone says: the records, by way of aliases, or that there are none."""
        reply = dns.message.make_response(query, recursion_available=True)
        question = query.question[0]
        name, kind = question.name, dns.rdatatype.to_text(question.rdtype)
        for _ in range(_CHAIN):
            text = name.to_text(omit_final_dot=True).lower()
            rows, alias = self.zone.get(f"{text} {kind}"), self.zone.get(f"{text} CNAME")
            if rows is not None:
                reply.answer.append(dns.rrset.from_text(name, self.ttl, "IN", kind, *rows))
                return reply
            if alias is None:
                known = any(key.partition(" ")[0] == text for key in self.zone)
                reply.set_rcode(dns.rcode.NOERROR if known else dns.rcode.NXDOMAIN)
                if self.nothing_ttl is not None:
                    row = f"ns. admin. 1 3600 600 86400 {self.nothing_ttl}"
                    reply.authority.append(dns.rrset.from_text(name.parent(), self.nothing_ttl, "IN", "SOA", row))
                return reply
            reply.answer.append(dns.rrset.from_text(name, self.ttl, "IN", "CNAME", *alias))
            name = dns.name.from_text(alias[0])
        return reply

    def handle(self, wire: bytes, transport: asyncio.DatagramTransport, peer: tuple[str, int]) -> None:
        """Answer a query that came by UDP."""

        async def send() -> None:
            query = _query(wire)
            if query is None:
                return
            for piece in await self.answer(query):
                transport.sendto(piece if len(piece) <= LARGEST else _cut_short(query), peer)

        task = asyncio.create_task(send())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _by_tcp(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = cast("asyncio.Task[None]", asyncio.current_task())
        self._tasks.add(task)
        try:
            (length,) = struct.unpack("!H", await reader.readexactly(2))
            query = _query(await reader.readexactly(length))
            for piece in [] if query is None else await self.answer(query):
                writer.write(struct.pack("!H", len(piece)) + piece)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # who asked has gone
        finally:
            self._tasks.discard(task)
            writer.close()


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, server: NameServer) -> None:
        self._server = server
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Not all event loops say of theirs that it is one.
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if self._transport is not None:
            self._server.handle(data, self._transport, addr)


def _query(wire: bytes) -> dns.message.Message | None:
    """Return what is asked; None for what is no question, of which nothing is made."""
    try:
        query = dns.message.from_wire(wire)
    except dns.exception.DNSException:
        return None
    return query if query.question else None


def _cut_short(query: dns.message.Message) -> bytes:
    reply = dns.message.make_response(query, recursion_available=True)
    reply.flags |= dns.flags.TC
    return reply.to_wire()
