"""A full visit with debug logging: no key and no token in the log, on Discord's side, in the database or its WAL."""

from __future__ import annotations

from tests.process.harbour import Harbour
from tests.process.visit import ENCRYPTION_KEY, Visit, meet_every_trouble, secrets_of, use_everything
from tests.wire import BotProcess


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
