"""A full visit with debug logging: no key and no token in the log, on Discord's side, in the database or its WAL."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass, field

from tests.process.harbour import Harbour, Member
from tests.wire import BotProcess, Interaction
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
    await visit.press(await visit.run("allocations primary", server=visit.server, allocation=spare), "Back to")
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


def sent_to_discord(visit: Visit) -> str:
    """Return everything the bot has sent to Discord but its token where that belongs."""
    discord = visit.harbour.discord
    frames = [{**frame["d"], "token": None} for frame in discord.gateway.received if isinstance(frame["d"], dict)]
    return "\n".join(
        [*(f"{call.path} {call.body.decode(errors='replace')}" for call in discord.calls), *map(str, frames)]
    )


async def test_no_key_and_no_token_is_in_the_log_in_the_database_or_in_anything_sent_to_discord(
    harbour: Harbour,
) -> None:
    member = harbour.member()
    visit = Visit(harbour, member, harbour.state.add_key(harbour.state.users[member.server.owner_id]))
    async with harbour.bot(LOG_LEVEL="DEBUG", ENCRYPTION_KEY=ENCRYPTION_KEY) as bot:
        await harbour.discord.until_ready()

        await use_everything(visit)
        await meet_every_trouble(visit)
        on_disk = files(bot)
        await visit.press(await visit.run("unlink"), "Unlink")
        after_unlink = files(bot)
        bot.terminate()
        assert await bot.ended() == 0

    places = {
        "log": bot.stderr,
        "discord": sent_to_discord(visit),
        "what was seen": "\n".join(visit.seen),
        "panel's log": "\n".join(f"{request.path} {request.body.decode()}" for request in harbour.panel.requests),
        **{f"{name} before unlinking": content for name, content in on_disk.items()},
        **{f"{name} after unlinking": content for name, content in after_unlink.items()},
    }
    assert {"berth.db before unlinking", "berth.db-wal before unlinking"} <= places.keys()
    found = [(place, secret) for place, content in places.items() for secret in secrets_of(visit) if secret in content]
    assert found == []
    assert "…" + visit.second_key[-4:] in places["what was seen"]
    # Else some of it was refused, and so was not looked at.
    assert "One moment, please" not in places["what was seen"]


def files(bot: BotProcess) -> dict[str, str]:
    """Return the files of the data folder, byte by byte as characters."""
    return {path.name: path.read_bytes().decode("latin-1") for path in bot.folder.iterdir() if path.is_file()}


async def test_a_secret_in_a_file_is_used_and_shown_nowhere(harbour: Harbour) -> None:
    (harbour.folder / "token").write_text(f"{harbour.discord.token}\n")
    (harbour.folder / "key").write_text(f"{ENCRYPTION_KEY}\n")
    settings = {
        "DISCORD_TOKEN": None,
        "DISCORD_TOKEN_FILE": str(harbour.folder / "token"),
        "ENCRYPTION_KEY_FILE": str(harbour.folder / "key"),
    }

    async with harbour.bot(LOG_LEVEL="DEBUG", **settings) as bot:  # type: ignore[arg-type]
        await harbour.discord.until_ready()
        await harbour.linked()

    assert not (harbour.folder / "encryption.key").exists()
    assert harbour.discord.token not in bot.stderr
    assert ENCRYPTION_KEY not in bot.stderr


async def test_debug_says_more_than_info_by_name_of_route_and_verb_and_nothing_of_what_was_entered(
    harbour: Harbour,
) -> None:
    async with harbour.bot(LOG_LEVEL="DEBUG") as bot:
        await harbour.discord.until_ready()
        member = await harbour.linked()
        panel = await harbour.open_panel(member)
        await (await panel.press("Add port")).wait_for_answer()
        await (await harbour.annotate(member, "a text of hers")).wait_for_answer()
        bot.terminate()
        assert await bot.ended() == 0

    said = [line.split(": ", 1)[1] for line in bot.lines if " DEBUG " in line]
    assert "GET api/client/account: HTTP 200" in said
    assert [line for line in said if line.endswith("servers/*/network/allocations: HTTP 200") and "POST" in line]
    assert [line for line in said if line.endswith("servers/*/network/allocations/*: HTTP 200")]
    assert [line for line in said if line.startswith("Interaction ") and line.endswith(": /allocations notes")]
    assert [line for line in said if line.startswith("Interaction ") and line.endswith(": alloc.add")]
    assert [line for line in said if line.startswith("Turn after ")]
    assert member.server.identifier not in "\n".join(said)
    assert "a text of hers" not in bot.stderr
