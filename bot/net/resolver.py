"""Looking a name up in DNS: within a second, kept for as long as DNS says, and believed no further than it goes.

Only imported where the extra `address` is installed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import dns.asyncresolver
import dns.exception
import dns.name
import dns.rdatatype
import dns.resolver
from cachetools import TLRUCache

from bot.domain.hostnames import ip_in
from bot.domain.resolved import Memory, Resolved, Target
from bot.domain.srv import OF_RECORD
from bot.net.answers import (
    AAAA,
    FAILED_KEPT,
    SRV,
    TARGETS,
    A,
    Answer,
    Service,
    may_be_taken,
    read,
    seconds_of_nothing,
    whole,
)

WITHIN = 1.0
"""Seconds that a look-up takes at most, whatever it asks for."""
_PATIENCE = 0.4
"""Seconds after which another of the DNS servers is asked, or the same once more."""
ANSWERS = 5_000
"""Answers that are kept."""
AT_ONCE = 64
"""Questions under way at once; more wait for their turn."""
_SLOW = "its DNS did not answer within a second"
_BUSY = "I look up too many names right now"
_FAILED = "its DNS server failed"
_SENSELESS = "what its DNS answered makes no sense"
_NO_SERVER = "the machine I run on knows no DNS server"


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at a name: by when it ends, and what it was answered, from memory and just now."""

    until: float
    remembered: list[Answer] = field(default_factory=list)
    fresh: list[Answer] = field(default_factory=list)

    def memory(self, now: float) -> Memory | None:
        """Return of what age the remembered is; a failure is nothing that DNS told."""
        told = [answer for answer in self.remembered if not answer.trouble]
        if not told:
            return None
        age, holds = now - min(answer.at for answer in told), max(answer.until for answer in told) - now
        return Memory(age, holds, whole=all(answer.trouble for answer in self.fresh))


_Question = tuple[str, dns.rdatatype.RdataType]


class Resolver:
    """Asks some DNS servers; answers are kept, those that there is nothing too."""

    def __init__(self, servers: Sequence[str], *, port: int = 53, now: Callable[[], float] = time.monotonic) -> None:
        self._asked = dns.asyncresolver.Resolver(configure=False)
        self._asked.nameservers = list(servers)
        self._asked.port = port
        self._asked.timeout = _PATIENCE
        self._now = now
        self._kept: TLRUCache[_Question, Answer] = TLRUCache(ANSWERS, ttu=lambda _, answer, __: answer.until, timer=now)
        self._under_way: dict[_Question, asyncio.Task[Answer]] = {}
        self._room = asyncio.Semaphore(AT_ONCE)
        self._sent: set[_Question] = set()
        """Those that have room."""

    async def look_up(self, host: str, records: Sequence[str]) -> Resolved:
        """Return where a name leads, by its address and by these service records; never raises for what DNS does."""
        look = _Look(asyncio.get_running_loop().time() + WITHIN)
        own = [(host, A), (host, AAAA)]
        asked = [(f"{record}.{host}", SRV) for record in records]
        answers = await self._answers([*own, *asked], look)
        services = {record: answers[question] for record, question in zip(records, asked, strict=True)}
        here = whole(answers[question] for question in own)
        taken = {
            record: may_be_taken(answer.services, any_of_them=OF_RECORD[record].takes_any)
            for record, answer in services.items()
        }
        targets = await self._targets(taken, {host: here}, look)
        not_seen = tuple((record, len(rows) - TARGETS) for record, rows in taken.items() if len(rows) > TARGETS)
        failed = tuple((record, answer.trouble) for record, answer in services.items() if answer.trouble)
        return Resolved(here.addresses, targets, not_seen, here.trouble, failed, look.memory(self._now()))

    async def _targets(
        self, taken: dict[str, list[Service]], known: dict[str, Answer], look: _Look
    ) -> tuple[Target, ...]:
        """Return the likeliest service records, with their addresses or why those are not all known."""
        first = [
            Target(record, one.host, one.port, one.priority, one.weight)
            for record, rows in taken.items()
            for one in rows[:TARGETS]
        ]
        hosts = {target.host for target in first if target.host} - set(known)
        literal = {host: Answer(0.0, (address,)) for host in hosts if (address := ip_in(host)) is not None}
        hosts -= set(literal)
        answers = await self._answers([(host, kind) for host in sorted(hosts) for kind in (A, AAAA)], look)
        found = {host: whole([answers[host, A], answers[host, AAAA]]) for host in hosts}
        of = {**known, **literal, **found, "": Answer(0.0)}
        return tuple(
            replace(target, addresses=of[target.host].addresses, trouble=of[target.host].trouble) for target in first
        )

    async def _answers(self, questions: Iterable[_Question], look: _Look) -> dict[_Question, Answer]:
        wanted = list(dict.fromkeys(questions))
        answers = await asyncio.gather(*(self._answer(question, look) for question in wanted))
        return dict(zip(wanted, answers, strict=True))

    async def _answer(self, question: _Question, look: _Look) -> Answer:
        kept = self._kept.get(question)
        if kept is not None:
            look.remembered.append(kept)
            return kept
        answer = await self._answer_now(question, look.until)
        look.fresh.append(answer)
        return answer

    async def _answer_now(self, question: _Question, until: float) -> Answer:
        task = self._under_way.get(question)
        if task is None:
            task = self._under_way[question] = asyncio.create_task(self._ask(question), name="DNS")
            task.add_done_callback(lambda _: self._under_way.pop(question, None))
        try:
            async with asyncio.timeout_at(until):
                # Shielded: who gives up must not take the answer from the others, nor from the next look.
                return await asyncio.shield(task)
        except TimeoutError:
            return Answer(0.0, trouble=_SLOW if question in self._sent else _BUSY)

    async def _ask(self, question: _Question) -> Answer:
        answer = replace(await self._asked_now(question), at=self._now())
        if answer.kept > 0:
            self._kept[question] = answer
        return answer

    async def _asked_now(self, question: _Question) -> Answer:
        host, kind = question
        if not self._asked.nameservers:
            return Answer(FAILED_KEPT, trouble=_NO_SERVER)
        try:
            async with asyncio.timeout(WITHIN), self._room:
                self._sent.add(question)
                answer = await self._asked.resolve(
                    dns.name.from_text(f"{host}."), kind, raise_on_no_answer=False, lifetime=WITHIN, search=False
                )
        except dns.resolver.NXDOMAIN as nothing:
            return Answer(seconds_of_nothing(nothing))
        except (TimeoutError, dns.resolver.LifetimeTimeout):
            return Answer(FAILED_KEPT, trouble=_SLOW) if question in self._sent else Answer(0.0, trouble=_BUSY)
        except dns.resolver.NoNameservers:
            return Answer(FAILED_KEPT, trouble=_FAILED)
        except (dns.exception.DNSException, OSError, ValueError):
            return Answer(FAILED_KEPT, trouble=_SENSELESS)
        finally:
            self._sent.discard(question)
        return read(answer, kind)


def of_this_machine() -> Resolver:
    """Return a resolver that asks the DNS servers this machine is set up with."""
    try:
        found = dns.asyncresolver.Resolver()
    except dns.resolver.NoResolverConfiguration:
        return Resolver(())
    return Resolver([str(server) for server in found.nameservers], port=found.port)
