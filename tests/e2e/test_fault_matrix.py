"""Action by fault: what the person sees, what is true on the panel afterwards, and that a change is sent once."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.demo.panel.faults import Faults, Which
from bot.demo.people import Person, Seen
from bot.errors import BotError
from bot.panel import errors
from bot.services.everyone import LogNotShown
from tests.e2e.elsewhere import closed_port, silent_port, unknown_name, untrusted_tls
from tests.e2e.trouble import LONGER_THAN_ANY_TIME_OUT, TroubledStage, open_troubled_stage
from tests.names import unnamed
from tests.world import World


@pytest.fixture
async def stage(world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[TroubledStage]:
    """Yield a stage on which answers can be late; a test in which the bot logs a bug fails."""
    async with open_troubled_stage(world.state, tmp_path) as opened:
        yield opened
    opened.env.raise_errors()
    assert not [record.getMessage() for record in caplog.get_records("call") if record.levelname == "ERROR"]


# ---------------------------------------------------------------------------------------------------- actions


@dataclass(frozen=True)
class Action:
    """Something a person does; the fault is for its request of this verb and path."""

    do: Callable[[Person, World], Awaitable[Seen]]
    verb: str
    path: str = "*"
    done: str = ""
    not_done: str = ""
    unknown: str = ""
    """What a change says when it is, or is not, in effect, or when that is not known."""

    @property
    def is_change(self) -> bool:
        """Whether it changes anything on the panel."""
        return self.verb != "GET"


ROWS = "*/network/allocations"
ACTIONS = {
    "link": Action(lambda who, world: who.fill(key=world.ann), "GET"),
    "servers": Action(lambda who, _: who.run("servers"), "GET", "/api/client"),
    "list": Action(lambda who, world: who.run("allocations list", server=world.survival.identifier), "GET"),
    "check": Action(lambda who, _: who.press("Check"), "GET"),
    "address": Action(
        lambda who, world: who.run("allocations address", server=world.survival.identifier, name="play.example.org"),
        "GET",
    ),
    "find": Action(lambda who, _: who.run("allocations find", text="nobody has this"), "GET", "/api/client"),
    "everyone": Action(lambda who, _: who.press("Everyone's changes"), "GET", "*/activity"),
    "create": Action(
        lambda who, world: who.run("allocations create", server=world.survival.identifier, notes="query", primary=True),
        "POST",
        ROWS,
        "✅ Added",
        "❌ No port was added",
        "❔ I do not know whether a port was added",
    ),
    "notes": Action(
        lambda who, world: who.run(
            "allocations notes", server=world.survival.identifier, allocation="25566", text="map"
        ),
        "POST",
        f"{ROWS}/2",
        "✅ Noted `",
        "❌ The notes were not changed",
        "❔ I do not know whether the notes were saved",
    ),
    "primary": Action(
        lambda who, world: who.run("allocations primary", server=world.survival.identifier, allocation="25566"),
        "POST",
        f"{ROWS}/2/primary",
        "✅ Made primary",
        "❌ The primary was not changed",
        "❔ I do not know whether the primary was changed",
    ),
    "delete": Action(
        lambda who, _: who.press("Remove 203.0.113.7:25566"),
        "DELETE",
        f"{ROWS}/2",
        "✅ Removed",
        "❌ The port was not removed",
        "❔ I do not know whether the port was removed",
    ),
}


async def ready(stage: TroubledStage, world: World, action: str) -> Person:
    """Return a person just before the action."""
    if action == "link":
        stage.watch_requests()
        ann = stage.person("ann")
        await ann.run("link")
        return ann
    ann = await stage.linked("ann", world.ann)
    if action == "delete":
        await ann.run("allocations delete", server=world.survival.identifier, allocation="25566")
    elif action == "everyone":
        await ann.run("allocations history", server=world.survival.identifier)
    elif action == "check":
        await ann.run("allocations list", server=world.survival.identifier)
        await ann.choose("203.0.113.7:25566")
    elif ACTIONS[action].is_change:
        await ann.run("allocations list", server=world.survival.identifier)
    stage.watch_requests()
    return ann


# ----------------------------------------------------------------------------------------------------- faults

PanelFault = Callable[[Faults, Which], object]


def refusal(status: int, detail: str) -> PanelFault:
    """Return the panel's own error envelope as a fault."""
    body = json.dumps({"errors": [{"code": "Exception", "status": str(status), "detail": detail}]})
    return lambda faults, which: faults.answer(status, body, **which)


NOT_FOUND = "The requested resource could not be found on the server."
SUSPENDED = "This server is currently suspended and the functionality requested is unavailable."
WRONG_NOTES = "The notes must be a string."

OWN_WORDS: dict[tuple[str, str], type[BotError]] = {
    ("422", "notes"): errors.NotesRefused,
    ("403", "everyone"): LogNotShown,
    ("409", "everyone"): LogNotShown,
}
"""What is told of a refusal in other words than of most actions."""

REFUSED: dict[str, tuple[PanelFault, type[BotError]]] = {
    "401": (refusal(401, "Unauthenticated."), errors.KeyRejected),
    "403": (refusal(403, "This action is unauthorized."), errors.PermissionDenied),
    "409": (refusal(409, SUSPENDED), errors.ServerBlocked),
    "422": (refusal(422, WRONG_NOTES), errors.RequestRefused),
    "429 with Retry-After": (lambda faults, which: faults.rate_limited(30, **which), errors.RateLimited),
    "429 without Retry-After": (lambda faults, which: faults.rate_limited(None, **which), errors.RateLimited),
    "503 maintenance": (lambda faults, which: faults.maintenance(**which), errors.PanelMaintenance),
    "503 maintenance with Retry-After": (
        lambda faults, which: faults.maintenance(120, **which),
        errors.PanelMaintenance,
    ),
}
"""The panel says no: nothing was changed, and that is what is told."""

LOST: dict[str, tuple[PanelFault, type[BotError]]] = {
    "reset before it was handled": (lambda faults, which: faults.reset_before(**which), errors.ConnectionLost),
    "500": (refusal(500, "An unexpected error was encountered"), errors.PanelFailed),
    "502": (lambda faults, which: faults.html_bad_gateway(**which), errors.GatewayFailed),
    "503 of a proxy": (
        lambda faults, which: faults.answer(503, "<html>Busy</html>", content_type="text/html", **which),
        errors.PanelUnavailable,
    ),
    "cloudflare 520": (lambda faults, which: faults.cloudflare(520, **which), errors.GatewayFailed),
    "cloudflare 522": (lambda faults, which: faults.cloudflare(522, **which), errors.GatewayFailed),
    "redirect to login": (lambda faults, which: faults.redirect_to_login(**which), errors.NotThePanelApi),
    "empty body": (lambda faults, which: faults.empty_body(**which), errors.NotThePanelApi),
    "malformed JSON": (lambda faults, which: faults.malformed_json(**which), errors.NotThePanelApi),
    "wrong shape": (lambda faults, which: faults.wrong_shape(**which), errors.NotThePanelApi),
    "50 MB": (lambda faults, which: faults.huge_body(50, **which), errors.NotThePanelApi),
}
"""What answers is no answer: the bot reads back and finds that nothing was changed."""

APPLIED: dict[str, tuple[PanelFault, type[BotError]]] = {
    "reset after it was handled": (lambda faults, which: faults.reset_after(**which), errors.ConnectionLost),
    "504": (lambda faults, which: faults.gateway_timeout_after_apply(**which), errors.PanelSlow),
    "truncated JSON": (lambda faults, which: faults.truncated_json(**which), errors.NotThePanelApi),
}
"""The answer is lost, but the change was made: the bot reads back and finds it."""

LATE: dict[str, tuple[PanelFault, bool]] = {
    "later than the time-out": (lambda faults, which: faults.hold(**which), False),
    "made, but told later than the time-out": (lambda faults, which: faults.hold(before_apply=False, **which), True),
    "dripping": (lambda faults, which: faults.drip(3600, **which), True),
}

READS = [name for name, action in ACTIONS.items() if not action.is_change]
CHANGES = [name for name, action in ACTIONS.items() if action.is_change]


NOWHERE: dict[str, Callable[[], AbstractContextManager[str]]] = {
    "connection refused": closed_port,
    "unknown name": unknown_name,
}
RETRIED = (errors.PanelUnreachable, errors.ConnectionLost, errors.PanelFailed, errors.GatewayFailed)
PANEL_WORDS = {"409": SUSPENDED, "422": WRONG_NOTES}


def titled(seen: Seen, title: str) -> bool:
    """Tell whether this error is the whole message, or stands on top of what the message is about."""
    text = unnamed(seen.text)
    return text.startswith(f"❌ {title}\n") or text.split("\n")[1:2] == [f"❌ **{title}**"]


def in_effect(world: World, action: str) -> bool:
    """Tell whether the panel holds the change of an action."""
    rows = world.state.allocations
    return {
        "create": len(world.state.allocations_of(world.survival)) == 3,
        "notes": rows[2].notes == "map",
        "primary": world.survival.primary_id == 2,
        "delete": rows[2].server_id is None,
    }[action]


# ------------------------------------------------------------------------------------------------------ cells


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("fault", REFUSED)
async def test_a_refusal_is_told_and_nothing_was_changed(
    stage: TroubledStage, world: World, fault: str, action: str
) -> None:
    queue, kind = REFUSED[fault]
    ann, asked = await ready(stage, world, action), ACTIONS[action]
    queue(stage.panel.faults, {"method": asked.verb, "path": asked.path, "times": None})
    before = stage.truth()

    seen = await asked.do(ann, world)

    kind = OWN_WORDS.get((fault, action), kind)
    assert titled(seen, kind.title)
    assert seen.ephemeral
    assert stage.truth() == before
    # What is refused on a port's own page is shown on top of that page, which is read for it.
    reads_again = action == "check" and fault in {"403", "409", "422"}
    assert stage.panel.requests.count(method=asked.verb) == (2 if reads_again else 1)
    assert ("⏳ Possible again <t:" in seen.text) is ("with Retry-After" in fault)
    assert (PANEL_WORDS.get(fault, "…") in seen.text.replace("\\", "")) is (fault in PANEL_WORDS)
    assert ("I have my key" in seen.buttons) is (fault == "401")
    assert action != "link" or stage.stored_of(ann) == []


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ("link", errors.NotThePanelApi),
        ("servers", errors.NotThePanelApi),
        ("list", errors.ServerNotFound),
        ("create", errors.NoServerOrPort),
        ("notes", errors.AllocationNotFound),
        ("primary", errors.AllocationNotFound),
    ],
)
async def test_not_found_says_what_is_not_there(
    stage: TroubledStage, world: World, action: str, kind: type[BotError]
) -> None:
    ann, asked = await ready(stage, world, action), ACTIONS[action]
    refusal(404, NOT_FOUND)(stage.panel.faults, {"method": asked.verb, "path": asked.path})
    before = stage.truth()

    seen = await asked.do(ann, world)

    assert titled(seen, kind.title)
    assert stage.truth() == before
    assert stage.panel.requests.count(method=asked.verb) == 1


async def test_a_deletion_that_somebody_else_made_before_the_press_is_told(stage: TroubledStage, world: World) -> None:
    ann = await ready(stage, world, "delete")
    world.state.release(world.state.allocations[2])

    seen = await ACTIONS["delete"].do(ann, world)

    assert titled(seen, errors.AllocationNotFound.title)
    assert stage.changes == []


async def test_a_deletion_that_somebody_else_made_at_the_same_moment_is_done(
    stage: TroubledStage, world: World
) -> None:
    ann = await ready(stage, world, "delete")
    body = json.dumps({"errors": [{"code": "NotFoundHttpException", "status": "404", "detail": NOT_FOUND}]})
    stage.panel.faults.answer(404, body, method="DELETE", apply=True)

    seen = await ACTIONS["delete"].do(ann, world)

    assert "✅ Removed" in seen.text
    assert in_effect(world, "delete")
    assert len(stage.changes) == 1


@pytest.mark.parametrize("action", READS)
@pytest.mark.parametrize("fault", LOST | APPLIED)
async def test_a_read_without_a_usable_answer_says_why(
    stage: TroubledStage, world: World, fault: str, action: str
) -> None:
    queue, kind = (LOST | APPLIED)[fault]
    ann, asked = await ready(stage, world, action), ACTIONS[action]
    queue(stage.panel.faults, {"method": asked.verb, "path": asked.path, "times": None})
    before = stage.truth()

    seen = await asked.do(ann, world)

    assert titled(seen, kind.title)
    assert stage.truth() == before
    # Where the panel itself fails at the list, a page without a server tells whether it fails at everything.
    probes = 1 if kind is errors.PanelFailed and action in {"servers", "find"} else 0
    assert len(stage.asked) == (3 if kind in RETRIED else 1) + probes
    assert action != "link" or stage.stored_of(ann) == []


@pytest.mark.parametrize("action", READS)
@pytest.mark.parametrize("fault", [name for name, (_, kind) in (LOST | APPLIED).items() if kind in RETRIED])
async def test_a_read_that_fails_once_is_simply_repeated(
    stage: TroubledStage, world: World, fault: str, action: str
) -> None:
    queue, _ = (LOST | APPLIED)[fault]
    ann, asked = await ready(stage, world, action), ACTIONS[action]
    queue(stage.panel.faults, {"method": asked.verb, "path": asked.path})

    seen = await asked.do(ann, world)

    assert "❌" not in seen.text


@pytest.mark.parametrize("action", CHANGES)
@pytest.mark.parametrize("fault", LOST)
async def test_a_change_without_an_answer_is_told_as_not_made_only_where_it_cannot_come_any_more(
    stage: TroubledStage, world: World, fault: str, action: str
) -> None:
    queue, kind = LOST[fault]
    ann, asked = await ready(stage, world, action), ACTIONS[action]
    queue(stage.panel.faults, {"method": asked.verb, "path": asked.path, "times": None})
    before = stage.truth()

    seen = await stage.looked(await asked.do(ann, world), ann)

    may_come = kind is not errors.PanelFailed
    assert (asked.unknown in seen.text) is may_come
    assert (asked.not_done in seen.text) is not may_come
    assert kind.title.lower() in unnamed(seen.text).lower()
    assert stage.truth() == before
    assert len(stage.changes) == 1


@pytest.mark.parametrize("action", CHANGES)
@pytest.mark.parametrize("fault", APPLIED)
async def test_a_change_whose_answer_was_lost_is_told_as_found(
    stage: TroubledStage, world: World, fault: str, action: str
) -> None:
    queue, _ = APPLIED[fault]
    ann, asked = await ready(stage, world, action), ACTIONS[action]
    queue(stage.panel.faults, {"method": asked.verb, "path": asked.path, "times": None})

    seen = await asked.do(ann, world)

    assert asked.done in seen.text
    assert in_effect(world, action)
    assert len(stage.changes) == 1


@pytest.mark.parametrize("fault", APPLIED)
async def test_a_creation_whose_answer_was_lost_is_very_likely_but_not_certainly_the_new_row(
    stage: TroubledStage, world: World, fault: str
) -> None:
    queue, _ = APPLIED[fault]
    world.survival.subusers[2] = ["allocation.read", "allocation.create"]
    bob = await stage.linked("bob", world.bob)
    queue(stage.panel.faults, {"method": "POST", "path": ROWS, "times": None})

    seen = await bob.run("allocations create", server=world.survival.identifier)

    new = world.state.allocations_of(world.survival)[-1]
    assert f"❔ Very likely added: `203.0.113.7:{new.port}`" in seen.text
    assert "✅" not in seen.text
    assert len(stage.changes) == 1


@pytest.mark.parametrize("action", READS)
@pytest.mark.parametrize("fault", LATE)
async def test_a_read_that_takes_too_long_says_so(stage: TroubledStage, world: World, fault: str, action: str) -> None:
    queue, _ = LATE[fault]
    ann, asked = await ready(stage, world, action), ACTIONS[action]
    queue(stage.panel.faults, {"method": asked.verb, "path": asked.path})

    seen = await stage.too_late(asked.verb, asked.do(ann, world), ann)

    assert titled(seen, errors.PanelSlow.title)
    assert len(stage.asked) == 1
    assert action != "link" or stage.stored_of(ann) == []


@pytest.mark.parametrize("action", CHANGES)
@pytest.mark.parametrize("fault", LATE)
async def test_a_change_that_takes_too_long_is_told_as_it_is_by_then(
    stage: TroubledStage, world: World, fault: str, action: str
) -> None:
    queue, applied = LATE[fault]
    ann, asked = await ready(stage, world, action), ACTIONS[action]
    queue(stage.panel.faults, {"method": asked.verb, "path": asked.path})

    waited = await stage.too_late(asked.verb, asked.do(ann, world), ann)
    for _ in range(12):
        await stage.env.advance_time(1.0)
    seen = ann.saw(waited.result)

    assert (asked.done if applied else asked.unknown) in seen.text
    assert in_effect(world, action) is applied
    assert len(stage.changes) == 1


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("fault", NOWHERE)
async def test_a_panel_that_is_not_there_is_told_and_nothing_was_changed(
    stage: TroubledStage, world: World, fault: str, action: str
) -> None:
    ann, asked = await ready(stage, world, action), ACTIONS[action]
    before = stage.truth()

    with NOWHERE[fault]() as url:
        stage.transport.point_at(url)
        seen = await asked.do(ann, world)

    assert titled(seen, errors.PanelUnreachable.title)
    assert stage.truth() == before
    assert stage.asked == []
    assert action != "link" or stage.stored_of(ann) == []


@pytest.mark.parametrize("action", ACTIONS)
async def test_a_certificate_that_cannot_be_trusted_gets_no_key(
    stage: TroubledStage, world: World, action: str
) -> None:
    ann, asked = await ready(stage, world, action), ACTIONS[action]
    before = stage.truth()

    async with untrusted_tls() as (url, got):
        stage.transport.point_at(url)
        seen = await asked.do(ann, world)

    assert titled(seen, errors.PanelUnreachable.title)
    assert "TLS certificate" in seen.text
    assert got == []
    assert stage.truth() == before


@pytest.mark.parametrize("action", ACTIONS)
async def test_a_connection_that_never_comes_about_is_given_up(stage: TroubledStage, world: World, action: str) -> None:
    ann, asked = await ready(stage, world, action), ACTIONS[action]
    before = stage.truth()

    with silent_port() as url:
        stage.transport.point_at(url)
        async with stage.waiting_for("GET", "POST", "DELETE"):
            waiting = await asked.do(ann, world)
            await stage.env.advance_time(LONGER_THAN_ANY_TIME_OUT)
        seen = ann.saw(waiting.result)

    assert titled(seen, errors.PanelUnreachable.title)
    assert stage.truth() == before


# ----------------------------------------------------------------------------------------------- autocomplete


async def typing(stage: TroubledStage, world: World) -> Person:
    """Return a person of whom the bot remembers nothing but the link, so that suggestions need the panel."""
    ann = await stage.linked("ann", world.ann)
    await stage.restart()
    stage.watch_requests()
    return ann


ANY = {name: queue for name, (queue, *_) in (REFUSED | LOST | APPLIED).items()}
ANY["404"] = refusal(404, NOT_FOUND)


@pytest.mark.parametrize("fault", ANY)
async def test_suggestions_are_an_empty_list_when_the_panel_fails(
    stage: TroubledStage, world: World, fault: str
) -> None:
    ann = await typing(stage, world)
    ANY[fault](stage.panel.faults, {"method": "GET", "times": None})
    before = len(stage.env.http_requests)

    found = await ann.suggest("allocations list", "server", "Sur")

    assert found == {}
    assert len(stage.calls(before)) == 1


@pytest.mark.parametrize("fault", NOWHERE)
async def test_suggestions_are_an_empty_list_when_the_panel_is_not_there(
    stage: TroubledStage, world: World, fault: str
) -> None:
    ann = await typing(stage, world)
    before = len(stage.env.http_requests)

    with NOWHERE[fault]() as url:
        stage.transport.point_at(url)
        found = await ann.suggest("allocations list", "server", "Sur")

    assert found == {}
    assert len(stage.calls(before)) == 1


async def test_suggestions_are_an_empty_list_when_the_panel_cannot_be_trusted(
    stage: TroubledStage, world: World
) -> None:
    ann = await typing(stage, world)
    before = len(stage.env.http_requests)

    async with untrusted_tls() as (url, got):
        stage.transport.point_at(url)
        found = await ann.suggest("allocations list", "server", "Sur")

    assert (found, got) == ({}, [])
    assert len(stage.calls(before)) == 1


@pytest.mark.parametrize("fault", LATE)
async def test_suggestions_come_within_two_seconds_however_slow_the_panel_is(
    stage: TroubledStage, world: World, fault: str
) -> None:
    ann = await typing(stage, world)
    LATE[fault][0](stage.panel.faults, {"method": "GET"})
    before = len(stage.env.http_requests)

    async with stage.waiting_for("GET"):
        found = await ann.suggest("allocations list", "server", "Sur")
        await stage.env.advance_time(1.6)
        early = stage.calls(before)
        await stage.env.advance_time(0.4)

    assert (found, early) == ({}, [])
    assert len(stage.calls(before)) == 1


async def test_suggestions_come_within_two_seconds_when_no_connection_comes_about(
    stage: TroubledStage, world: World
) -> None:
    ann = await typing(stage, world)
    before = len(stage.env.http_requests)

    with silent_port() as url:
        stage.transport.point_at(url)
        async with stage.waiting_for("GET"):
            await ann.suggest("allocations list", "server", "Sur")
            await stage.env.advance_time(2.0)

    assert len(stage.calls(before)) == 1
