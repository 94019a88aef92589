"""Every failure has its own answer: what happened, whose side it is on, and what to do next."""

from __future__ import annotations

import gzip
import inspect
import re
import tracemalloc
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import bot.errors
import bot.panel.errors
from bot.demo.panel import Maintenance
from bot.demo.people import Seen
from tests.e2e.elsewhere import closed_port, unknown_name, untrusted_tls
from tests.e2e.trouble import TroubledStage, open_troubled_stage
from tests.names import LINKING, buttons_on, unnamed
from tests.world import World

LINK = "I have my key"
_CLASSES = {
    name
    for module in (bot.errors, bot.panel.errors)
    for name, found in vars(module).items()
    if inspect.isclass(found) and issubclass(found, Exception)
}
_INSIDES = re.compile(r"Traceback|<[a-z!/]+|\"errors\"|Exception\b|sqlalchemy|aiohttp|discord\.|0x[0-9a-f]{6}")


@pytest.fixture
async def stage(
    world: World, tmp_path: Path, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[TroubledStage]:
    """Yield a stage whose bot retries at once; unless `expects_bug`, a test in which it logs a bug fails."""
    async with open_troubled_stage(world.state, tmp_path) as opened:
        yield opened
    if request.node.get_closest_marker("expects_bug") is None:
        opened.env.raise_errors()
        assert not [record.getMessage() for record in caplog.get_records("call") if record.levelname == "ERROR"]


def told(seen: Seen, world: World, title: str, *words: str) -> str:
    """Check that this failure is told as one should be, and return the text without the escaping."""
    text = unnamed(seen.text).replace("\\", "").replace("\u200b", "")
    on_top = text.split("\n")[1:2] == [f"❌ **{title}**"]
    assert on_top or text.startswith(f"❌ {title}\n"), text
    assert "**What to do**: " in text
    assert seen.ephemeral
    for part in words:
        assert part in text
    assert not [key for key in (world.ann, world.bob, world.cid, world.dan) if key in text]
    assert not [name for name in _CLASSES if name in text]
    assert not _INSIDES.search(re.sub(r"</[a-z ]+:\d+>|<t:\d+:R>", "", text)), text
    return text


# --------------------------------------------------------------------------------------------------- not linked


OF_USE_UNLINKED = {"link.open", "unlink.confirm"}
FORMS = {"find.submit", "link.submit", "notes.submit", "notes.typed", "several.named"}
PICKS = {"pick.primary", "pick.delete", "pick.form", "pick.notes", "pick.typed"}
ELSEWHERE = (
    {"find.form", "find.pick", "notes.edit", "notes.save", "servers.others", "servers.pick"}
    | PICKS
    | {"again.run", "again.form", "pasted.delete", "pasted.keep", "power.do", "several.stop"}
)
"""What is offered to administrators, where notes would be overwritten, where there are many, and after other things."""


async def test_every_component_of_somebody_not_linked_offers_to_link(stage: TroubledStage, world: World) -> None:
    for number in range(10):
        world.state.add_server(world.state.users[1], f"Server {number}", ip=f"198.51.100.{number}")
    ann = await stage.linked("ann", world.ann)
    parts: dict[str, tuple[Seen, dict[str, Any]]] = {}

    async def gather(seen: Seen) -> None:
        for part in seen.components:
            parts.setdefault(str(part["custom_id"]).split(":")[1], (seen, dict(part)))

    await gather(ann.seen)
    await gather(await ann.run("servers"))
    await gather(await ann.run("account"))
    await gather(await ann.run("unlink"))
    await gather(await ann.run("allocations create"))
    await gather(await ann.run("allocations list", server="Survival"))
    await gather(await ann.run("allocations primary", server="Survival", allocation="25566"))
    await gather(await ann.run("allocations history"))
    await gather(await ann.choose(next(iter(ann.seen.options))))
    await gather(await ann.run("allocations history", server="Survival"))
    await gather(await ann.run("allocations find", text="25565"))
    await gather(await ann.run("allocations delete", server="Survival", allocation="25565"))
    listed = await ann.run("allocations list", server="Survival")
    await gather(await ann.choose("1", on=listed))
    await ann.run("allocations list", server="Survival")
    await gather(await ann.press("Post address here"))
    for command, more in (("notes", {}), ("notes", {"text": "x"}), ("primary", {}), ("delete", {})):
        await gather(await ann.run(f"allocations {command}", server="serv", allocation="25565", **more))
    await gather(await ann.run("allocations history", server="serv"))
    await ann.run("allocations list", server="Survival")
    await gather(await ann.press("Add several…"))
    await gather(await ann.choose_several("Query", "RCON"))
    await ann.run("unlink")
    await ann.press("Unlink ptlc_…0001")
    stage.panel.requests.clear()

    for verb in OF_USE_UNLINKED:
        del parts[verb]
    # Else these would be more than one person may do in ten seconds.
    await stage.env.advance_time(11)
    for verb, (on, part) in parts.items():
        values = [part["options"][0]["value"]] if part["type"] == 3 else []
        seen = await stage.forge(ann, part["custom_id"], on=on, values=values, kind=part["type"])

        assert unnamed(seen.text).startswith("🔗 First, link your account on {panel}\n"), verb
        assert buttons_on(seen) == LINKING, verb

    assert set(stage.bot.router.verbs) - set(parts) == OF_USE_UNLINKED | FORMS | ELSEWHERE
    assert stage.asked == []


async def test_the_link_button_of_a_failure_leads_to_a_working_link(stage: TroubledStage, world: World) -> None:
    ann = stage.person("ann")
    await ann.run("allocations list", server="Survival")

    await ann.press(LINK)
    seen = await ann.fill(key=world.ann)

    assert "✅ Linked" in seen.text


# ------------------------------------------------------------------------------------------------ the key itself


async def test_a_revoked_key_offers_to_link_again(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    world.state.revoke(world.ann)
    fresh = world.state.add_key(world.state.users[1])

    refused = await ann.run("allocations list", server="Survival")
    told(refused, world, "{panel} refused your key", "wrong, revoked or expired", "Create a new client API key")
    await ann.press(LINK)
    await ann.fill(key=fresh)
    again = await ann.run("allocations list", server="Survival")

    assert "2 of 5 ports used" in again.text


async def test_a_key_that_allows_other_addresses_only_is_told_which_one_to_allow(
    stage: TroubledStage, world: World
) -> None:
    key = world.state.add_key(world.state.users[1], allowed_ips=["192.0.2.1"])
    ann = stage.person("ann")

    seen = await ann.link(key)

    told(seen, world, "Your key does not allow this bot's address", "`127.0.0.1`", "or one without a list")
    assert LINK in seen.buttons
    assert stage.stored_of(ann) == []


@pytest.mark.parametrize("prefix", ["ptla_", "papp_", "peli_"])
async def test_an_application_key_is_recognised_and_never_sent(stage: TroubledStage, world: World, prefix: str) -> None:
    ann = stage.person("ann")

    seen = await ann.link(prefix + "A" * 43)

    told(seen, world, "That is an application API key", "I have not sent it anywhere", "client API key")
    assert stage.asked == []
    assert stage.stored_of(ann) == []


async def test_an_application_key_that_only_the_panel_recognises_is_explained(
    stage: TroubledStage, world: World
) -> None:
    key = world.state.add_key(world.state.users[1], "ptlc_" + "B" * 43, application=True)
    ann = stage.person("ann")

    seen = await ann.link(key)

    told(seen, world, "That is an application API key")
    assert stage.stored_of(ann) == []


@pytest.mark.parametrize("nonsense", ["hello", "ptlc_short", "my password is swordfish", "ptlc_" + "ä" * 43, "x" * 150])
async def test_nonsense_for_a_key_is_never_sent(stage: TroubledStage, world: World, nonsense: str) -> None:
    ann = stage.person("ann")

    seen = await ann.link(nonsense)

    told(seen, world, "That is not a client API key", "`ptlc_`", "`pacc_`")
    assert nonsense not in seen.text
    assert stage.asked == []


async def test_a_link_that_can_no_longer_be_decrypted_asks_to_link_again(
    stage: TroubledStage, world: World, tmp_path: Path
) -> None:
    ann = await stage.linked("ann", world.ann)
    (tmp_path / "encryption.key").unlink()
    await stage.restart()

    seen = await ann.run("allocations list", server="Survival")
    told(seen, world, "Please link your panel account again", "whoever runs me changed mine")
    await ann.press(LINK)
    await ann.fill(key=world.ann)

    assert "2 of 5" in (await ann.run("allocations list", server="Survival")).text


# ------------------------------------------------------------------------------------------------- not permitted


@pytest.mark.parametrize(
    ("command", "options", "permission"),
    [
        ("create", {}, "allocation.create"),
        ("notes", {"allocation": "25566", "text": "map"}, "allocation.update"),
        ("primary", {"allocation": "25566"}, "allocation.update"),
    ],
)
async def test_a_missing_permission_is_named_with_who_grants_it(
    stage: TroubledStage, world: World, command: str, options: dict[str, Any], permission: str
) -> None:
    bob = await stage.linked("bob", world.bob)
    before = stage.truth()

    seen = await bob.run(f"allocations {command}", server="Survival", **options)

    told(seen, world, "You lack a permission on this server", f"`{permission}`", "owner can grant it", "Users")
    assert stage.truth() == before


async def test_a_missing_permission_to_delete_is_named_with_who_grants_it(stage: TroubledStage, world: World) -> None:
    bob = await stage.linked("bob", world.bob)

    seen = await bob.run("allocations delete", server="Survival", allocation="25566")

    assert "**Delete** is off. You lack the panel permission `allocation.delete`" in seen.text
    assert "owner can grant it" in seen.text
    assert seen.buttons["Delete 203.0.113.7:25566"] is False
    assert len(world.state.allocations_of(world.survival)) == 2


async def test_an_account_without_two_factor_authentication_is_told_to_switch_it_on(
    stage: TroubledStage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    world.state.two_factor_level = 2

    seen = await ann.run("allocations list", server="Survival")

    told(seen, world, "Your panel account needs two-step verification", "open Account", "your key stays valid")


async def test_linking_without_the_demanded_two_factor_authentication_stores_nothing(
    stage: TroubledStage, world: World
) -> None:
    world.state.two_factor_level = 2
    ann = stage.person("ann")

    seen = await ann.link(world.ann)

    text = told(
        seen, world, "Your panel account needs two-step verification", "Then enter the key again: I have not stored it"
    )
    assert "stays valid" not in text
    assert stage.stored_of(ann) == []


# ----------------------------------------------------------------------------------------------------- not there


async def test_an_identifier_of_no_server_is_not_found(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations list", server="deadbeef")

    told(seen, world, "{panel} knows no such server of yours", "/servers")


async def test_the_server_of_somebody_else_is_not_found(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations list", server=world.solo.identifier)

    text = told(seen, world, "{panel} knows no such server of yours")
    assert "Solo" not in text


async def test_a_server_deleted_meanwhile_is_not_found(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    world.state.remove_server(world.survival)

    seen = await ann.press("Refresh")

    told(seen, world, "{panel} knows no such server of yours", "It may have been deleted")


async def test_a_subuser_removed_meanwhile_is_told_so(stage: TroubledStage, world: World) -> None:
    bob = await stage.linked("bob", world.bob)
    await bob.run("allocations list", server="Survival")
    world.state.remove_subuser(world.survival, world.state.users[2])

    seen = await bob.press("Refresh")

    told(seen, world, "{panel} knows no such server of yours", "you were removed from it")


async def test_an_allocation_that_is_gone_is_told_with_where_to_look(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    world.state.release(world.state.allocations[2])

    seen = await ann.run("allocations notes", server="Survival", allocation="25566", text="map")

    told(seen, world, "No such port", "It may have been removed meanwhile", "/allocations list")


# ------------------------------------------------------------------------------------------- states of the server


STATES: dict[str, tuple[Callable[[World], None], str]] = {
    "suspended": (
        lambda world: setattr(world.survival, "status", "suspended"),
        "This server is currently suspended and the functionality requested is unavailable.",
    ),
    "installing": (
        lambda world: setattr(world.survival, "status", "installing"),
        "This server has not yet completed its installation process, please try again later.",
    ),
    "installation failed": (
        lambda world: setattr(world.survival, "status", "install_failed"),
        "This server has not yet completed its installation process, please try again later.",
    ),
    "restoring": (
        lambda world: setattr(world.survival, "status", "restoring_backup"),
        "This server is currently restoring from a backup, please try again later.",
    ),
    "transferring": (
        lambda world: setattr(world.survival, "transferring", True),
        "This server is currently being transferred to a new machine, please try again later.",
    ),
    "node in maintenance": (
        lambda world: setattr(world.state.nodes[world.survival.node_id], "maintenance", True),
        "The node of this server is currently under maintenance and the functionality requested is unavailable.",
    ),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("command", ["create", "notes", "primary", "delete"])
async def test_a_blocked_server_is_told_in_the_panels_words_or_before_it_is_asked(
    stage: TroubledStage, world: World, state: str, command: str
) -> None:
    ann = await stage.linked("ann", world.ann)
    options = {"create": {}, "notes": {"allocation": "25566", "text": "map"}}.get(command, {"allocation": "25566"})
    if command == "delete":
        await ann.run("allocations delete", server="Survival", **options)
    change, words = STATES[state]
    change(world)
    before = stage.truth()

    if command == "delete":
        seen = await ann.press("Delete 203.0.113.7:25566")
    else:
        seen = await ann.run(f"allocations {command}", server="Survival", **options)

    if command == "create":
        # The reading before it tells, in the words that the button has; nothing is sent.
        told(seen, world, "The server is not available for changes", "\nThe server is ", "Nothing was changed")
        assert stage.changes == []
    else:
        told(
            seen, world, "The server is not available for changes", f"The panel says: “{words}”", "Nothing was changed"
        )
    assert stage.truth() == before


# ------------------------------------------------------------------------------------------------ no more to have


def empty_the_pool(world: World) -> None:
    """Leave no free row on any node."""
    for row in [row for row in world.state.allocations.values() if row.server_id is None]:
        del world.state.allocations[row.id]


async def test_a_reached_limit_keeps_the_panels_own_words(stage: TroubledStage, world: World) -> None:
    user = next(user for user in world.state.users.values() if user.username == "cid")
    world.state.add_subuser(world.creative, user, ["allocation.create"])
    cid = await stage.linked("cid", world.cid)

    # Who sees the primary only is not told by the reading that the limit is reached, but by the panel.
    seen = await cid.run("allocations create", server="Creative")

    told(
        seen,
        world,
        "The allocation limit is reached",
        "Cannot assign additional allocations to this server: limit has been reached.",
        "Ask the server's owner, or your host to raise the limit.",
    )


async def test_a_node_without_free_allocations_is_told_with_whom_to_ask(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    empty_the_pool(world)

    seen = await ann.run("allocations create", server="Survival")

    told(
        seen,
        world,
        "The node has no free allocation left on the primary's IP",
        "no more space available on node",
        "only your host can help",
    )


async def test_switched_off_self_service_is_told_and_add_is_off_from_then_on(
    stage: TroubledStage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    world.state.auto_allocation = False
    await ann.run("allocations list", server="Survival")

    seen = await ann.press("Add port")
    told(
        seen,
        world,
        "Self-service allocations are switched off on {panel}",
        "Server auto-allocation is not enabled for this instance.",
        "Only your host",
    )
    listed = await ann.run("allocations list", server="Survival")

    assert listed.buttons["Add port"] is False
    assert "**Add port** is off" in listed.text
    assert "Your host can switch them on" in listed.text


async def test_a_misconfigured_range_is_the_hosts_to_correct(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    empty_the_pool(world)
    world.state.range_start, world.state.range_end = 80, 90

    seen = await ann.run("allocations create", server="Survival")

    told(
        seen,
        world,
        "The panel's port range is not set up correctly",
        "Ports in an allocation must be greater than 1024",
        "Only your host can correct the range",
    )


@pytest.mark.parametrize("limit", [0, None])
async def test_nothing_is_deleted_from_a_server_without_a_limit(
    stage: TroubledStage, world: World, limit: int | None
) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations delete", server="Survival", allocation="25566")
    world.survival.limit = limit

    seen = await ann.press("Delete 203.0.113.7:25566")

    told(
        seen, world, "The panel deletes no allocation of this server", "no allocation limit is set", "Your host can set"
    )
    assert len(world.state.allocations_of(world.survival)) == 2


async def test_an_allocation_that_became_the_primary_after_the_question_is_not_deleted(
    stage: TroubledStage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations delete", server="Survival", allocation="25566")
    world.survival.primary_id = 2

    seen = await ann.press("Delete 203.0.113.7:25566")

    told(seen, world, "The primary cannot be deleted", "`203.0.113.7:25566` is the primary at this moment")
    assert stage.changes == []


# -------------------------------------------------------------------------------------------- the panel's own side


@pytest.mark.parametrize("retry", [None, 120])
async def test_a_panel_in_maintenance_says_when_to_try_again_if_it_tells(
    stage: TroubledStage, world: World, retry: int | None
) -> None:
    ann = await stage.linked("ann", world.ann)
    world.state.maintenance = Maintenance(retry=retry)

    seen = await ann.run("servers")

    told(seen, world, "{panel} is in maintenance", "on the panel's side, not yours", "Nothing was changed")
    when = re.search(r"<t:(\d+):R>", seen.text)
    assert (when is not None) is (retry is not None)
    if when is not None:
        assert 115 <= int(when[1]) - stage.panel.now() <= 125


async def test_a_panel_in_maintenance_that_redirects_is_not_taken_for_an_answer(
    stage: TroubledStage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    world.state.maintenance = Maintenance(redirect="/")

    seen = await ann.run("servers")

    told(
        seen,
        world,
        "What answers at {panel} is not the panel's API",
        "redirects me elsewhere",
        "tell whoever runs this bot",
    )


async def test_a_redirect_is_never_followed_with_the_key(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    stage.panel.faults.redirect_to_login(times=None)

    await ann.run("servers")

    assert stage.asked == ["GET /"]


@pytest.mark.parametrize("field", ["app_key_broken", "database_down"])
async def test_an_internal_error_of_the_panel_shows_nothing_of_its_insides(
    stage: TroubledStage, world: World, field: str
) -> None:
    ann = await stage.linked("ann", world.ann)
    setattr(world.state, field, True)

    seen = await ann.run("servers")

    told(seen, world, "{panel} had an internal error", "HTTP 500", "on the panel's side")


async def test_the_body_of_an_error_page_is_never_shown(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    secret = '{"errors":[{"code":"QueryException","status":"500","detail":"SQLSTATE[42S02] select * from api_keys"}]}'
    stage.panel.faults.answer(500, secret, times=None)

    seen = await ann.run("servers")

    text = told(seen, world, "{panel} had an internal error")
    assert "SQLSTATE" not in text


@pytest.mark.parametrize("status", [200, 403, 404, 500])
async def test_a_page_of_something_before_the_panel_is_never_shown(
    stage: TroubledStage, world: World, status: int
) -> None:
    ann = await stage.linked("ann", world.ann)
    page = "<html><title>Access denied by Firewall 9000</title></html>"
    stage.panel.faults.answer(status, page, content_type="text/html", times=None)

    seen = await ann.run("servers")

    title = (
        "The web server before {panel} failed" if status == 500 else "What answers at {panel} is not the panel's API"
    )
    assert "Firewall 9000" not in told(seen, world, title)


@pytest.mark.parametrize(
    ("place", "words"),
    [(closed_port, "It refuses connections"), (unknown_name, "Its name is not known to the network")],
)
async def test_an_unreachable_panel_says_what_is_in_the_way(
    stage: TroubledStage, world: World, place: Callable[[], Any], words: str
) -> None:
    ann = await stage.linked("ann", world.ann)

    with place() as url:
        stage.transport.point_at(url)
        seen = await ann.run("servers")

    told(seen, world, "I cannot reach {panel}", words, "on the panel's side", "Try again in a minute")


async def test_an_untrusted_certificate_says_so_and_gets_no_key(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    async with untrusted_tls() as (url, got):
        stage.transport.point_at(url)
        seen = await ann.run("servers")

    told(seen, world, "I cannot reach {panel}", "Its TLS certificate is not one I can trust")
    assert got == []


async def test_a_panel_that_comes_back_is_used_again_at_once(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    with closed_port() as url:
        stage.transport.point_at(url)
        await ann.run("servers")
    stage.transport.point_at(stage.settings.panel_url)

    seen = await ann.run("servers")

    assert "2 servers on your panel account" in seen.text


# ------------------------------------------------------------------------------------------------ bounded reading


@pytest.fixture
def memory() -> Iterator[Callable[[], int]]:
    """Return a function that tells the most memory used since the test began, in MiB."""
    tracemalloc.start()
    yield lambda: tracemalloc.get_traced_memory()[1] // 2**20
    tracemalloc.stop()


async def test_a_body_without_end_is_read_to_its_limit_only(
    stage: TroubledStage, world: World, memory: Callable[[], int]
) -> None:
    ann = await stage.linked("ann", world.ann)
    stage.panel.faults.huge_body(50)

    seen = await ann.run("servers")

    told(seen, world, "What answers at {panel} is not the panel's API", "far larger than any of the panel's")
    assert stage.panel.requests[-1].status is None  # the bot hung up before the end
    assert memory() < 40


async def test_a_small_body_that_unpacks_to_a_huge_one_is_read_to_its_limit_only(
    stage: TroubledStage, world: World, memory: Callable[[], int]
) -> None:
    ann = await stage.linked("ann", world.ann)
    bomb = gzip.compress(b'{"object":"list","data":["' + b"x" * 60 * 2**20 + b'"]}', compresslevel=9)
    assert len(bomb) < 2**17
    tracemalloc.reset_peak()
    stage.panel.faults.answer(200, bomb, headers={"Content-Encoding": "gzip"})

    seen = await ann.run("servers")

    told(seen, world, "What answers at {panel} is not the panel's API", "far larger than any of the panel's")
    assert memory() < 100  # of which the 60 MiB above are the test's own


# -------------------------------------------------------------------------------------------------- bugs of ours


@pytest.mark.expects_bug
async def test_a_bug_of_ours_shows_the_reference_that_the_log_carries(
    stage: TroubledStage, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    ann = await stage.linked("ann", world.ann)
    stage.env.inject_error("POST", "*/callback", status=400, code=50035, message="Invalid Form Body")

    seen = await ann.run("allocations list", server="Survival")

    reference = re.search(r"`([0-9a-f]{8})`", told(seen, world, "I made a mistake", "a bug of mine"))
    assert reference is not None
    [line] = [record for record in caplog.records if record.levelname == "ERROR"]
    assert reference[1] in line.getMessage()
    assert line.exc_info is not None
    assert "https://support.example.com" in seen.text
    assert world.ann not in caplog.text


@pytest.mark.expects_bug
async def test_a_broken_database_shows_a_reference_and_no_sql(
    stage: TroubledStage, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    ann = await stage.linked("ann", world.ann)
    stage.execute("DROP TABLE links")

    seen = await ann.run("allocations list", server="Survival")

    text = told(seen, world, "I made a mistake", "I do not know whether a change was made")
    assert re.search(r"`[0-9a-f]{8}`", text)
    assert "links" not in text
    assert world.ann not in caplog.text


@pytest.mark.parametrize(("status", "code"), [(404, 10062), (404, 10015), (401, 50027)])
async def test_somebody_who_is_gone_is_no_bug(stage: TroubledStage, world: World, status: int, code: int) -> None:
    ann = await stage.linked("ann", world.ann)
    stage.env.inject_error("POST", "*/callback", status=status, code=code, message="Unknown interaction")

    seen = await ann.run("allocations create", server="Survival")

    assert not seen.answered
    assert len(world.state.allocations_of(world.survival)) == 3
