"""kill -9 at random moments: every confirmed link and change is there after the restart, none half-made.

Five rounds by default; the full run of sixty is
`BERTH_LONG=1 python -m pytest tests/process/test_crash.py` (BERTH_ROUNDS and BERTH_SEED choose others).
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from random import Random

import pytest

from bot.front.work import PER_WINDOW
from tests.process.harbour import Harbour, Member
from tests.wire import Interaction
from tests.wire.message import Message

LONG = bool(os.environ.get("BERTH_LONG"))
ROUNDS = int(os.environ.get("BERTH_ROUNDS", "60" if LONG else "5"))
SEED = int(os.environ.get("BERTH_SEED", "1"))
PEOPLE = 6
LOOKS = 3
A_ROUND = (PER_WINDOW - LOOKS) // 2
"""Things a member does in a round, of at most two interactions each: a fast machine would get to more."""


@dataclass
class Life:
    """What a member did, and what may be true of them after a crash: one thing if confirmed, else any in the set."""

    member: Member
    keys: tuple[str, str]
    link: set[str | None] = field(default_factory=lambda: {None})
    notes: set[str | None] = field(default_factory=lambda: {"before"})
    primary: set[int | None] = field(default_factory=set)
    extra: tuple[int, int] = (0, 0)
    """The least and the most allocations that may be there beyond the first two."""
    panel: Message | None = None
    """The manage panel from the first round; its buttons are pressed in every later one."""
    confirmed: int = 0

    @property
    def linked(self) -> bool:
        """Whether the member has a link for sure."""
        return None not in self.link


class Crowd:
    """Members who link, unlink and change things at random, one thing at a time each."""

    def __init__(self, harbour: Harbour, random: Random) -> None:
        self._harbour = harbour
        self._random = random
        self._texts = count(1)
        self.lives = [self._born() for _ in range(PEOPLE)]

    def _born(self) -> Life:
        member = self._harbour.member()
        user = self._harbour.state.users[member.server.owner_id]
        life = Life(member, (member.key, self._harbour.state.add_key(user)))
        life.primary = {member.server.primary_id}
        return life

    async def act(self, life: Life) -> None:
        """Do things until cancelled, as many as the bot lets a person begin in ten seconds."""
        for _ in range(A_ROUND):
            await self._random.choice(self._possible(life))(life)
            life.confirmed += 1

    def _possible(self, life: Life) -> list[Callable[[Life], Awaitable[None]]]:
        if not life.linked:
            return [self.relink]
        grow = self.create if life.extra[1] < 3 else self.delete
        return [self.relink, self.unlink, self.annotate, self.annotate, self.promote, grow, grow]

    async def relink(self, life: Life) -> None:
        """Link one of the member's two keys."""
        key = self._random.choice(life.keys)
        opened = await (await self._harbour.discord.slash(life.member.id, "link")).wait_for_answer()
        life.link.add(key)
        answer = await (await opened.submit(key=key)).wait_for_answer()
        assert "✅ Linked" in answer.text, answer.text
        life.link = {key}

    async def unlink(self, life: Life) -> None:
        """Unlink, with the confirmation."""
        asked = await (await self._harbour.discord.slash(life.member.id, "unlink")).wait_for_answer()
        (confirm,) = [label for label in asked.shown.buttons if label.startswith("Unlink")]
        life.link.add(None)
        answer = await (await asked.press(confirm)).wait_for_answer()
        assert "✅ Unlinked" in answer.text, answer.text
        life.link = {None}

    async def annotate(self, life: Life) -> None:
        """Write new notes."""
        text = f"text {next(self._texts)}"
        life.notes.add(text)
        answer = await (await self._harbour.annotate(life.member, text)).wait_for_answer()
        assert "✅" in answer.text, answer.text
        life.notes = {text}

    async def promote(self, life: Life) -> None:
        """Make either of the first two allocations the primary."""
        wanted = self._random.choice((life.member.spare, life.member.spare - 1))
        life.primary.add(wanted)
        answer = await self._change(life, "primary", allocation=f"#{wanted}")
        assert "✅" in answer.text or "is already the primary" in answer.text, answer.text
        life.primary = {wanted}

    async def create(self, life: Life) -> None:
        """Add an allocation."""
        least, most = life.extra
        life.extra = least, most + 1
        answer = await self._change(life, "create")
        assert "✅ Added" in answer.text, answer.text
        life.extra = least + 1, most + 1

    async def delete(self, life: Life) -> None:
        """Delete the last allocation, with the confirmation."""
        least, most = life.extra
        last = self._harbour.rows(life.member)[-1]
        asked = await self._change(life, "delete", allocation=f"#{last.id}")
        (confirm,) = [label for label in asked.shown.buttons if label.startswith("Remove")]
        life.extra = least - 1, most
        answer = await (await asked.press(confirm)).wait_for_answer()
        assert "✅ Removed" in answer.text, answer.text
        life.extra = least - 1, most - 1

    async def _change(self, life: Life, command: str, **options: str) -> Interaction:
        options["server"] = life.member.server.identifier
        done = await self._harbour.discord.slash(life.member.id, f"allocations {command}", options)
        return await done.wait_for_answer()

    async def examine(self, life: Life) -> None:
        """Check after a restart that everything is one of the things it may be, and take it for confirmed."""
        discord, member = self._harbour.discord, life.member
        account = await (await discord.slash(member.id, "account")).wait_for_answer()
        servers = await (await discord.slash(member.id, "servers")).wait_for_answer()
        life.link &= {stored_key(life, account.text)}
        assert life.link, account.text
        assert (member.server.name in servers.text) == life.linked, servers.text

        life.notes &= {self._harbour.notes(member)}
        life.primary &= {member.server.primary_id}
        extra = len(self._harbour.rows(member)) - 2
        assert life.notes
        assert life.primary
        assert life.extra[0] <= extra <= life.extra[1]
        life.extra = extra, extra

        if life.panel is not None:
            pressed = await (await discord.press(member.id, life.panel, "Refresh")).wait_for_answer()
            expected = "ports used" if life.linked else "First, link your account on"
            assert expected in pressed.text, pressed.text
            if not life.linked:
                life.panel = None  # the way to link has taken its place
        elif life.linked:
            life.panel = (await self._harbour.open_panel(member)).shown


def stored_key(life: Life, account: str) -> str | None:
    """Return which of the member's keys `/account` says is stored, None for none."""
    if "First, link your account on" in account:
        return None
    (key,) = [key for key in life.keys if f"…{key[-4:]}`" in account]
    return key


def check_database(harbour: Harbour, linked: int) -> None:
    """Check that SQLite finds the database whole, and exactly these links complete in it."""
    with closing(sqlite3.connect(harbour.folder / "berth.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        whole = "length(sealed_key) > 60 AND masked_key LIKE 'ptlc_…____' AND panel_username LIKE 'member%'"
        assert database.execute(f"SELECT count(*), sum({whole}) FROM links").fetchone() in {  # noqa: S608
            (linked, linked or None)
        }


@pytest.mark.timeout(1200)
async def test_whatever_was_confirmed_survives_kill_9_at_any_moment_and_nothing_is_half_made(harbour: Harbour) -> None:
    random = Random(SEED)
    harbour.state.requests_per_minute = 10**6
    crowd = Crowd(harbour, random)
    gateway = harbour.discord.gateway
    confirmed = 0

    for _ in range(ROUNDS):
        if random.random() < 0.2:
            async with harbour.bot() as unlucky:
                dying = asyncio.create_task(unlucky.ended())
                await asyncio.wait({dying}, timeout=random.uniform(0.3, 1.0))
                await unlucky.kill()
                await dying
            await harbour.discord.until(lambda: not gateway.connections, what="the killed one is gone")
        async with harbour.bot() as bot:
            await harbour.discord.until_ready()
            await asyncio.gather(*(crowd.examine(life) for life in crowd.lives))
            check_database(harbour, sum(life.linked for life in crowd.lives))

            lives = [asyncio.create_task(crowd.act(life)) for life in crowd.lives]
            done, _ = await asyncio.wait(lives, timeout=random.uniform(0.02, 1.0), return_when=asyncio.FIRST_EXCEPTION)
            await bot.kill()
            for life in lives:
                life.cancel()
            await asyncio.gather(*lives, return_exceptions=True)
            for life in done:
                life.result()
        await harbour.discord.until(lambda: not gateway.connections, what="the killed one is gone")
        confirmed = sum(life.confirmed for life in crowd.lives)

    assert confirmed > ROUNDS
