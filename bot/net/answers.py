"""What DNS answered to one question: addresses or services, or that there is nothing, and for how long that holds.

Only imported where the extra `address` is installed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import dns.exception
import dns.message
import dns.name
import dns.rdatatype
import dns.resolver

from bot.domain.hostnames import ip_in
from bot.domain.led import Address

KEPT_AT_MOST = 300.0
"""Seconds for which an answer is kept at most: who has just changed a record wants to see it."""
FAILED_KEPT = 5.0
"""Seconds for which a failure is not tried again, nor what there is none of by an answer that names no time."""
TARGETS = 4
"""Service records of those that a game's clients may take whose addresses are looked up."""
ADDRESSES = 16
"""Addresses of one name that are looked at."""
A, AAAA, SRV = dns.rdatatype.A, dns.rdatatype.AAAA, dns.rdatatype.SRV


@dataclass(frozen=True, slots=True)
class Service:
    """One service record as DNS has it; an empty host says that there is no such service."""

    priority: int
    weight: int
    port: int
    host: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What one question was answered, and for how many seconds that holds."""

    kept: float
    addresses: tuple[Address, ...] = ()
    services: tuple[Service, ...] = ()
    trouble: str = ""
    at: float = 0.0
    """When it came, by the resolver's clock."""

    @property
    def until(self) -> float:
        """Until when it holds, by the resolver's clock."""
        return self.at + self.kept


def read(answer: dns.resolver.Answer, kind: dns.rdatatype.RdataType) -> Answer:
    """Return what an answer of this kind says."""
    rows = [] if answer.rrset is None else list(answer.rrset)
    longest = KEPT_AT_MOST if rows or _tells_how_long(answer.response) else FAILED_KEPT
    kept = min(max(answer.chaining_result.minimum_ttl, 0), longest)
    if kind == SRV:
        services = (Service(row.priority, row.weight, row.port, _host_of(row.target)) for row in rows)
        return Answer(kept, services=tuple(services))
    found = (ip_in(row.address) for row in rows[:ADDRESSES])
    return Answer(kept, tuple(address for address in found if address is not None))


def seconds_of_nothing(nothing: dns.resolver.NXDOMAIN) -> float:
    """Return for how many seconds it holds that there is no such name."""
    kept = KEPT_AT_MOST
    for response in nothing.kwargs["responses"].values():
        try:
            ttl = response.resolve_chaining().minimum_ttl
        except dns.exception.DNSException:
            ttl = FAILED_KEPT
        kept = min(kept, ttl if _tells_how_long(response) else FAILED_KEPT)
    return kept


def _tells_how_long(response: dns.message.Message) -> bool:
    """Tell whether an answer that there is nothing says for how long; one that does not is hardly kept (RFC 2308)."""
    return any(rrset.rdtype == dns.rdatatype.SOA for rrset in response.authority)


def _host_of(target: dns.name.Name) -> str:
    return target.to_text(omit_final_dot=True).lower() if target != dns.name.root else ""


def may_be_taken(services: Sequence[Service], *, any_of_them: bool) -> list[Service]:
    """Return those that clients may take, the likeliest of them first."""
    ordered = sorted(set(services), key=lambda one: (one.priority, -one.weight, one.host, one.port))
    return [one for one in ordered if any_of_them or one.priority == ordered[0].priority]


def whole(answers: Iterable[Answer]) -> Answer:
    """Return several answers about one host as one: what each found, and the first trouble there was."""
    seen = list(answers)
    addresses = tuple(address for answer in seen for address in answer.addresses)
    return Answer(0.0, addresses, trouble=next((answer.trouble for answer in seen if answer.trouble), ""))
