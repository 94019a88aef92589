"""After a full session with debug logging on, the key and the token are searched for in all that it left behind."""

from __future__ import annotations

import asyncio
import base64
import json
from pathlib import Path

import pytest
from aiohttp import web

from bot.demo.panel import SimulatedPanel
from tests.security.evidence import bytes_below
from tests.security.keys import APPLICATION_KEY, KEY, LONGEST_SHOWN, OTHER_KEY, OWN_KEYS, TOKEN, windows
from tests.security.left_behind import Evidence
from tests.security.process import run_bot
from tests.security.session import play
from tests.stage import Stage
from tests.world import World

ENCRYPTION_KEY = "3q2-7wABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijk="
MASKED = f"ptlc_…{KEY[-4:]}"


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    """Return what one full session left behind."""
    return asyncio.run(play(tmp_path_factory.mktemp("session")))


def hits(text: str, *, most: int = LONGEST_SHOWN) -> list[str]:
    """Return the stretches of any secret that a text holds, longer than what an owner may see."""
    stretches = {stretch for key in (KEY, OTHER_KEY, APPLICATION_KEY, *OWN_KEYS) for stretch in windows(key, most + 4)}
    stretches |= {part for part in TOKEN.split(".") if len(part) > 20}
    return sorted(stretch for stretch in stretches if stretch in text)


def test_the_session_really_used_the_keys_and_met_errors_and_bugs(evidence: Evidence) -> None:
    assert {KEY, OTHER_KEY} <= evidence.authorized
    assert set(OWN_KEYS) & evidence.authorized
    assert any("I made a mistake" in call for call in evidence.sent)
    assert any("[hidden]" in call for call in evidence.sent)
    assert any("KeyRejected" in line for line in evidence.log.shown)
    assert len(evidence.log.tracebacks) > 5
    assert len(evidence.sent) > 300


def test_every_component_and_form_that_the_bot_answers_was_used_in_the_session(evidence: Evidence) -> None:
    assert len(evidence.known) > 50
    assert evidence.known - evidence.pressed == set()


def test_no_secret_is_in_the_log(evidence: Evidence) -> None:
    assert hits("\n".join(evidence.log.shown)) == []


def test_no_secret_reaches_the_log_even_before_redaction(evidence: Evidence) -> None:
    assert hits("\n".join(evidence.log.ours)) == []
    assert hits("\n".join(evidence.log.raw)) == []


def test_no_secret_is_in_an_exception_or_a_traceback(evidence: Evidence) -> None:
    assert hits("\n".join([*evidence.exceptions, *evidence.log.tracebacks])) == []


def test_no_secret_is_in_the_database_or_its_write_ahead_log(evidence: Evidence) -> None:
    assert len(evidence.disk) == 4
    assert all(evidence.disk)
    assert [hits(content.decode("latin-1")) for content in evidence.disk] == [[], [], [], []]


def test_no_secret_is_in_the_exported_file(evidence: Evidence) -> None:
    assert hits(evidence.exported) == []
    assert json.loads(evidence.exported)["api_key"]["masked"] == MASKED
    assert evidence.exported.count(KEY[-4:]) == 1


def test_no_secret_is_sent_to_discord(evidence: Evidence) -> None:
    assert hits("\n".join(evidence.sent)) == []


def test_the_masked_key_is_shown_to_its_owner_alone(evidence: Evidence) -> None:
    shown = [(person, private) for text, person, private in evidence.to_whom if KEY[-4:] in text]

    assert len(shown) > 3
    assert set(shown) == {(evidence.owner, True)}


def test_the_encryption_key_is_nowhere_but_in_its_file(evidence: Evidence) -> None:
    places = [*evidence.log.raw, *evidence.log.tracebacks, *evidence.sent, *evidence.exceptions, evidence.exported]

    assert len(evidence.encryption_key) == 44
    assert evidence.encryption_key[:20] not in "\n".join(places)
    assert not [content for content in evidence.disk if evidence.encryption_key[:20].encode() in content]


@pytest.mark.parametrize("command", ["run", "check"])
async def test_the_process_prints_no_secret_of_its_settings(tmp_path: Path, world: World, command: str) -> None:
    authorized = []

    async def refuse(request: web.BaseRequest) -> web.Response:
        authorized.append(request.headers.get("Authorization"))
        return web.json_response({"message": "401: Unauthorized", "code": 0}, status=401)

    runner = web.ServerRunner(web.Server(refuse))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with SimulatedPanel(world.state) as panel:
        ended = await run_bot(
            tmp_path,
            command,
            DISCORD_TOKEN=TOKEN,
            DISCORD_API_URL=f"http://127.0.0.1:{runner.addresses[0][1]}",
            PANEL_URL=panel.url,
            ENCRYPTION_KEY=ENCRYPTION_KEY,
            LOG_LEVEL="DEBUG",
        )
    await runner.cleanup()

    assert authorized == [f"Bot {TOKEN}"]
    assert "DISCORD_TOKEN" in ended.output
    assert ended.code == 2
    assert hits(ended.output) == []
    assert ENCRYPTION_KEY[:20] not in ended.output
    left = bytes_below(tmp_path)
    assert bool(left) is (command == "run")
    assert hits(left.decode("latin-1")) == []
    assert ENCRYPTION_KEY[:20].encode() not in left


@pytest.mark.parametrize(
    "broken",
    [
        {"DISCORD_TOKEN": f"{TOKEN} {TOKEN}"},
        {"ENCRYPTION_KEY": f"{ENCRYPTION_KEY[:-3]}"},
        {"ENCRYPTION_KEY": f"{ENCRYPTION_KEY},{ENCRYPTION_KEY}!"},
        {"PANEL_URL": f"https://ann:{KEY}@panel.example.com"},
        {"HISTORY_DAYS": KEY},
        {"LOG_LEVEL": TOKEN},
    ],
)
async def test_a_setting_that_is_refused_is_named_and_not_shown(tmp_path: Path, broken: dict[str, str]) -> None:
    settings = {"DISCORD_TOKEN": TOKEN, "PANEL_URL": "https://panel.example.com", "ENCRYPTION_KEY": ENCRYPTION_KEY}

    ended = await run_bot(tmp_path, "run", **settings | broken)

    assert ended.code == 2
    assert next(iter(broken)) in ended.output
    assert hits(ended.output) == []
    assert ENCRYPTION_KEY[:20] not in ended.output


@pytest.mark.parametrize("prefix", ["ptlc_", "ptla_", "pacc_", "papp_", "peli_"])
async def test_a_key_pasted_into_the_notes_is_not_saved_anywhere(stage: Stage, world: World, prefix: str) -> None:
    ann = await stage.linked("ann", world.ann)
    pasted = prefix + KEY[5:]

    seen = await ann.run("allocations notes", server="Survival", allocation="25566", text=f"key: {pasted}")

    assert "That looks like an API key" in seen.text
    assert hits(seen.text) == []
    assert pasted[5:] not in seen.text
    assert stage.changes == []
    assert hits(str(stage.stored_of(ann))) == []


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("allocations find", {"text": KEY}),
        ("allocations list", {"server": "Survival", "find": KEY[:30]}),
        ("allocations list", {"find": KEY[:30]}),
    ],
)
async def test_a_key_pasted_as_what_is_sought_is_not_shown_again(
    stage: Stage, world: World, command: str, options: dict[str, str]
) -> None:
    ann = await stage.linked("ann", world.ann)
    before = len(stage.env.http_requests)

    seen = await ann.run(command, **options)

    sent = [json.dumps(call.json, default=str) for call in stage.env.http_requests[before:]]
    assert "That looks like an API key" in seen.text
    assert "I did not look." in seen.text
    assert hits("\n".join(sent)) == []
    assert stage.asked == []


async def test_a_key_pasted_into_the_form_that_finds_a_port_is_not_shown_again(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    before = len(stage.env.http_requests)

    seen = await stage.forge_form(ann, f"v1:find.submit:{ann.id}:{world.survival.identifier}", words=KEY)

    sent = [json.dumps(call.json, default=str) for call in stage.env.http_requests[before:]]
    packed = base64.urlsafe_b64encode(KEY[:15].encode()).decode()
    assert "That looks like an API key" in seen.text
    assert hits("\n".join(sent)) == []
    assert packed not in "\n".join(sent)
