"""What DNS said before and still holds: told as that, with when it is asked again, and never as what it says now."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import dns.message
import dns.rcode
import dns.rdatatype
import pytest

from bot.demo.nameserver import NameServer, Zone
from bot.demo.people import Person, Seen
from bot.net.answers import FAILED_KEPT
from bot.net.resolver import Resolver
from tests.e2e.naming.given import NAME, SRV, ann_named
from tests.stage import Stage
from tests.world import World

TTL = 60
THEN = datetime(2026, 1, 1, 12, tzinfo=UTC)
STALE = "⚠️ DNS still leads to `:25570`; the primary is `:25565`."


class Held(NameServer):
    """Says of what it answers that it holds for a minute, on a clock that only a test moves on."""

    passed = 0.5
    """Seconds since the test began."""

    def __init__(self, zone: Zone) -> None:
        super().__init__(zone, ttl=TTL)
        self.at_once: set[str] = set()
        """Kinds of records that may not be kept."""
        self.failing: set[str] = set()
        """Kinds of records that it fails at."""

    async def answer(self, query: dns.message.Message) -> list[bytes]:
        """Answer with the time that is meant for what is asked for."""
        kind = dns.rdatatype.to_text(query.question[0].rdtype)
        self.ttl = 0 if kind in self.at_once else TTL
        pieces = await super().answer(query)
        if kind not in self.failing:
            return pieces
        failed = dns.message.make_response(query)
        failed.set_rcode(dns.rcode.SERVFAIL)
        return [failed.to_wire()]


@pytest.fixture
async def held(stage: Stage, world: World) -> AsyncIterator[Held]:
    """Yield the DNS that the bot asks: the name's service record leads to Survival's port of before."""
    zone = {
        SRV: ["0 5 25570 node.example.org."],
        f"{NAME} A": ["203.0.113.7"],
        "node.example.org A": ["203.0.113.7"],
    }
    async with Held(zone) as server:
        stage.look_names_up_by(Resolver(["127.0.0.1"], port=server.port, now=lambda: server.passed))
        stage.bot.services.joining.now = lambda: THEN + timedelta(seconds=server.passed)
        yield server


async def looked_again(ann: Person, held: Held, seconds: float) -> Seen:
    """Return what *Look again* shows so many seconds later."""
    held.passed += seconds
    held.asked.clear()
    return await ann.press("Look again")


def second(after: int) -> int:
    """Return a second, as Discord is told it, by those since the test began."""
    return int(THEN.timestamp()) + after


async def test_an_answer_of_before_says_when_it_was_told_and_from_when_on_dns_is_asked_again(
    stage: Stage, world: World, held: Held
) -> None:
    ann, first = await ann_named(stage, world)
    fresh = first.text
    held.zone[SRV] = ["0 5 25565 node.example.org."]

    seen = await looked_again(ann, held, 20)

    assert STALE in fresh
    assert "DNS told me" not in fresh
    assert STALE in seen.text
    assert f"🕒 DNS told me this <t:{second(0)}:R>; I ask it again from <t:{second(61)}:T> on." in seen.text
    assert held.asked == []


async def test_from_the_moment_that_was_told_look_again_asks_dns_anew(stage: Stage, world: World, held: Held) -> None:
    ann, _ = await ann_named(stage, world)
    held.zone[SRV] = ["0 5 25565 node.example.org."]

    seen = await looked_again(ann, held, 60.5)

    assert "✅ No port needed: its DNS leads to `:25565`, the primary." in seen.text
    assert "DNS told me" not in seen.text
    assert SRV in held.asked


async def test_after_a_change_of_the_primary_the_warning_says_that_dns_was_asked_before(
    stage: Stage, world: World, held: Held
) -> None:
    held.zone[SRV] = ["0 5 25565 node.example.org."]
    ann, _ = await ann_named(stage, world)
    held.zone[SRV] = ["0 5 25566 node.example.org."]
    held.passed += 10

    seen = await ann.run("allocations primary", server="Survival", allocation="25566")

    assert "⚠️ DNS still leads to `:25565`; the primary became `:25566` <t:" in seen.text
    assert f"🕒 DNS told me this <t:{second(0)}:R>; I ask it again from <t:{second(61)}:T> on." in seen.text


async def test_where_only_part_is_of_before_that_is_said(stage: Stage, world: World, held: Held) -> None:
    held.at_once = {"SRV"}
    ann, _ = await ann_named(stage, world)
    held.zone[SRV] = ["0 5 25565 node.example.org."]

    seen = await looked_again(ann, held, 20)

    assert "✅ No port needed" in seen.text
    assert (
        f"🕒 DNS told me part of this <t:{second(0)}:R>, the rest just now; I ask for that part again from "
        f"<t:{second(61)}:T> on." in seen.text
    )
    assert held.asked == [SRV]


async def test_beside_what_could_not_be_looked_up_nothing_of_before_is_told(
    stage: Stage, world: World, held: Held
) -> None:
    held.at_once = {"SRV"}
    ann, _ = await ann_named(stage, world)
    held.failing = {"SRV"}

    seen = await looked_again(ann, held, 20)

    assert "❔ I could not look up" in seen.text
    assert "DNS told me" not in seen.text


async def test_a_failure_of_before_is_nothing_that_dns_told(stage: Stage, world: World, held: Held) -> None:
    held.at_once, held.failing = {"SRV", "A"}, {"AAAA"}
    ann, _ = await ann_named(stage, world)

    seen = await looked_again(ann, held, FAILED_KEPT - 1)

    assert STALE in seen.text
    assert "DNS told me" not in seen.text
    assert not [asked for asked in held.asked if asked.endswith("AAAA")]
