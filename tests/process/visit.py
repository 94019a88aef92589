"""A member who uses everything the bot has, meets every trouble, and what of it may never be seen."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass, field

from tests.process.harbour import Harbour, Member
from tests.wire import Interaction
from tests.wire.faults import CALLBACK

ENCRYPTION_KEY = base64.urlsafe_b64encode(os.urandom(32)).decode()
APPLICATION_KEY = "ptla_00000000abc" + "9" * 32
WRONG_KEY = "ptlc_00000000xyz" + "8" * 32
MALFORMED_KEY = "ptlc_ 00000000pqr" + "7" * 31


@dataclass
class Visit:
    """A member who uses everything the bot has, and what of it may never be seen."""

    harbour: Harbour
    member: Member
    second_key: str
    seen: list[str] = field(default_factory=list)

    async def run(self, command: str, **options: str | bool) -> Interaction:
        """Run a command and wait for its answer."""
        done = await self.harbour.discord.slash(self.member.id, command, options)
        return await self._see(done)

    async def press(self, on: Interaction, label: str) -> Interaction:
        """Press a button whose label begins like this, and wait for the answer."""
        (name,) = [button for button in on.shown.buttons if button.startswith(label)]
        return await self._see(await on.press(name))

    async def _see(self, done: Interaction) -> Interaction:
        await done.wait_for_answer()
        if done.form is None:
            self.seen.append(done.text)
        return done

    async def link_with(self, key: str) -> None:
        """Link a key, whatever comes of it."""
        self.seen.append((await self.harbour.link(self.member, key)).text)

    @property
    def server(self) -> str:
        """The identifier of the member's server."""
        return self.member.server.identifier


async def use_everything(visit: Visit) -> None:
    """Run every command and press every button once, with success."""
    for key in (APPLICATION_KEY, MALFORMED_KEY, WRONG_KEY, visit.member.key, visit.second_key):
        await visit.link_with(key)
    await visit.run("help")
    await visit.press(await visit.run("account"), "Get it all")
    await visit.run("servers")
    panel = await visit.run("allocations list", server=visit.server)
    await visit.press(panel, "Add port")
    await visit.press(panel, "Refresh")
    await visit.press(await visit.press(panel, "Post address here"), "Post")
    await visit.run("allocations create", server=visit.server, notes="query", primary=True)
    spare = f"#{visit.member.spare}"
    await visit.run("allocations notes", server=visit.server, allocation=spare, text="voice")
    form = await visit.run("allocations notes", server=visit.server, allocation=spare)
    await visit._see(await form.submit(notes="from the form"))
    await visit.press(await visit.run("allocations primary", server=visit.server, allocation=spare), "Make ")
    await visit.press(await visit.run("allocations delete", server=visit.server, allocation=spare), "Remove")
    await visit.run("allocations history")
    typed = await visit.harbour.discord.autocomplete(visit.member.id, "allocations list", "server", "S")
    await typed.wait_for_answer()
    await _go_further(visit)


async def _go_further(visit: Visit) -> None:
    """Have somebody else use the rest: one person would be asked to slow down."""
    member = visit.harbour.member()
    visit = Visit(visit.harbour, member, member.key, visit.seen)
    linked = await visit.harbour.link(member)
    await visit.run("allocations find", text="25565")
    await visit.run("allocations address", server=visit.server, name="play.example.org")
    rows = await visit.run("allocations list", server=visit.server)
    (first, *_) = rows.shown.select["options"]
    await visit.press(await visit._see(await rows.choose(first["value"])), "Check")
    asking = await visit.press(await visit.run("allocations list", server=visit.server), "Restart…")
    await visit.press(asking, "Restart ")
    await visit.press(linked, "Swap it")


async def meet_every_trouble(visit: Visit) -> None:
    """Meet what a panel and a Discord can answer or fail with."""
    panel, discord = visit.harbour.panel.faults, visit.harbour.discord.faults
    for status in (400, 401, 403, 404, 409, 422, 429, 500, 502, 503, 504):
        body = f'{{"errors":[{{"code":"X","status":"{status}","detail":"for {visit.second_key}"}}]}}'
        panel.answer(status, body, times=None)
        await visit.run("allocations list", server=visit.server)
        panel.clear()
        panel.answer(status, body, method="POST", headers={"Retry-After": "0"})
        await visit.run("allocations create", server=visit.server)
        panel.clear()
    for trouble in (
        panel.reset_after,
        panel.reset_before,
        panel.malformed_json,
        panel.wrong_shape,
        panel.redirect_to_login,
    ):
        trouble(method="POST")
        await visit.run("allocations create", server=visit.server)
    discord.server_error(path=CALLBACK)
    await visit.run("account")
    discord.reset(path=CALLBACK)
    await visit.run("account")
    discord.rate_limited(0.1, path=CALLBACK)
    await visit.run("account")
    visit.harbour.discord.gateway.drop()
    await visit.harbour.discord.until(lambda: visit.harbour.discord.gateway.resumes == 1, what="it resumes")


def secrets_of(visit: Visit) -> list[str]:
    """Return every secret of the visit, and the parts that would give one away."""
    made = [key.token for key in visit.harbour.state.keys]
    keys = [visit.member.key, visit.second_key, WRONG_KEY, APPLICATION_KEY, MALFORMED_KEY, *made]
    token = visit.harbour.discord.token
    return [*keys, *(key[16:] for key in keys), token, token.split(".")[-1], ENCRYPTION_KEY]
