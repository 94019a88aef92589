"""The button that does what an error advises, pressed: to the panel's pages, and beside an answer on its way."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.demo.people import Person, Seen
from bot.front.work import AT_ONCE
from tests.e2e.crowd import without_waiting
from tests.e2e.other_programs import written_by_another
from tests.e2e.swap.swapping import DELETE, Ways, open_swap_stage, swapped
from tests.e2e.trouble import TroubledStage, open_troubled_stage
from tests.names import buttons_on, links, unnamed
from tests.stage import Stage
from tests.world import World

KEYS = "See your keys on {panel}"


@pytest.fixture
async def troubled(world: World, tmp_path: Path) -> AsyncIterator[TroubledStage]:
    """Yield a stage on which things fail."""
    async with open_troubled_stage(world.state, tmp_path) as opened:
        yield opened


async def test_two_step_verification_is_switched_on_by_a_button_and_then_tried_again_by_one(
    troubled: TroubledStage, world: World
) -> None:
    ann = await troubled.linked("ann", world.ann)
    world.state.two_factor_level = 2
    refused = await ann.run("allocations list", server="Survival")
    offered = buttons_on(refused)
    pages = links(refused)
    world.state.two_factor_level = 0

    seen = await ann.press("Try again", on=refused)

    assert offered == ["Open your account on {panel}", "Try again"]
    assert pages == {"Open your account on {panel}": f"{troubled.panel.url}/account"}
    assert "2 of 5 ports used" in seen.text


async def test_a_key_that_needs_two_step_verification_first_is_entered_again_by_a_button(
    troubled: TroubledStage, world: World
) -> None:
    world.state.two_factor_level = 2
    ann = troubled.person("ann")
    refused = await ann.link(world.ann)
    pages = links(refused)
    world.state.two_factor_level = 0

    await ann.press("Try again", on=refused)
    seen = await ann.fill(key=world.ann)

    assert pages == {"Open your account on {panel}": f"{troubled.panel.url}/account"}
    assert "✅ Linked" in seen.text


async def test_a_server_whose_installation_failed_opens_on_the_panel_to_be_reinstalled(
    troubled: TroubledStage, world: World
) -> None:
    ann = await troubled.linked("ann", world.ann)
    world.survival.status = "install_failed"

    seen = await ann.run("allocations notes", server="Survival", allocation="25566", text="map")

    page = f"{troubled.panel.url}/server/{world.survival.identifier}"
    assert "open the server on {panel} and reinstall it there" in unnamed(seen.text)
    assert links(seen) == {"Open the server on {panel}": page}


async def _list_of(ann: Person) -> Seen:
    return await ann.run("allocations list", server="Survival")


async def _port_of(ann: Person) -> Seen:
    await _list_of(ann)
    return await ann.choose("203.0.113.7:25566")


async def _change_of(ann: Person) -> Seen:
    await ann.run("allocations history")
    return await ann.choose("1")


@pytest.mark.parametrize("where", ["list", "port", "several", "several asked", "remove", "restart", "create", "change"])
async def test_wherever_a_text_tells_to_reinstall_a_server_is_the_button_to_it(
    troubled: TroubledStage, world: World, where: str
) -> None:
    world.survival.limit = 8
    ann = await troubled.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="map")
    before = await _list_of(ann)
    chosen = await ann.press("Add several…") if where == "several asked" else before
    world.survival.status = "install_failed"
    ways: dict[str, Callable[[], Awaitable[Seen]]] = {
        "list": lambda: _list_of(ann),
        "port": lambda: _port_of(ann),
        "several": lambda: ann.press("Add several…", on=before),
        "several asked": lambda: ann.choose("Query", on=chosen),
        "remove": lambda: ann.run("allocations delete", server="Survival", allocation="25566"),
        "restart": lambda: ann.press("Restart…", on=before),
        "create": lambda: ann.run("allocations create", server="Survival"),
        "change": lambda: _change_of(ann),
    }

    seen = await ways[where]()

    assert "reinstall the server on {panel}, under Settings" in unnamed(seen.text)
    assert links(seen) == {"Open the server on {panel}": f"{troubled.panel.url}/server/{world.survival.identifier}"}


async def test_a_server_that_is_not_blocked_for_good_has_no_such_button(troubled: TroubledStage, world: World) -> None:
    ann = await troubled.linked("ann", world.ann)
    world.survival.status = "suspended"

    assert links(await _list_of(ann)) == {}
    assert links(await _port_of(ann)) == {}


async def test_who_presses_buttons_of_somebody_else_gets_to_servers_of_their_own(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    bob = await stage.linked("bob", world.bob)
    panel = await ann.run("allocations list", server="Survival")
    refused = await stage.forge(bob, panel.custom_id("Refresh"), on=panel)
    advice = refused.text

    seen = await bob.press("My servers", on=refused)

    assert "Press **My servers** for your own" in advice
    assert seen.embed.title == "Survival"


async def test_a_message_of_an_earlier_version_leads_to_a_fresh_one(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await ann.run("help")
    refused = await stage.forge(ann, f"v0:servers.list:{ann.id}:0", on=panel)
    advice = refused.text

    seen = await ann.press("My servers", on=refused)

    assert "Press **My servers** for a fresh one" in advice
    assert "2 servers" in seen.text


async def test_a_second_press_leads_to_what_the_server_has_and_leaves_the_first_answer_alone(
    troubled: TroubledStage, world: World
) -> None:
    ann = await troubled.linked("ann", world.ann)
    panel = await ann.run("allocations list", server="Survival")
    custom_id = panel.custom_id("Add port")
    first = await ann.press("Add port", on=panel)

    refused = await troubled.forge(ann, custom_id, on=panel)
    offered, beside = buttons_on(refused), refused.message.id
    seen = await ann.press("Show allocations", on=refused)

    assert offered == ["Show allocations"]
    assert beside != first.message.id
    assert "✅ Added" in first.text
    assert "3 of 5 ports used" in seen.text


async def test_a_press_that_comes_while_the_bot_restarts_is_tried_again_by_its_button(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await ann.run("allocations list", server="Survival")
    shown, live = panel.text, buttons_on(panel)
    await stage.bot.work.drain(1)
    refused, adding = await ann.press("Refresh", on=panel), await ann.press("Add port", on=panel)
    words = refused.text
    await stage.restart()

    seen = await ann.press("Try again", on=refused)

    assert "I am restarting" in words
    # Nothing was asked or done, so the picture is as true as it was, and its buttons do what they did.
    assert (panel.text, buttons_on(panel)) == (shown, live)
    assert "2 of 5 ports used" in seen.text
    # What would have changed something is not repeated from here: first look.
    assert list(adding.buttons) == ["Show allocations"]
    assert stage.changes == []
    assert "✅ Added" in (await ann.press("Add port", on=panel)).text


async def test_a_press_over_what_is_answered_at_once_is_tried_again_by_its_button(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await ann.run("allocations list", server="Survival")
    shown, live = panel.text, buttons_on(panel)
    async with stage.slow_panel():
        with without_waiting(stage):
            for _ in range(AT_ONCE - 1):
                await ann.run("servers")
            await ann.press("Refresh", on=panel)
        refused = await ann.press("Copy address", on=panel)
        words, offered, beside = refused.text, list(refused.buttons), refused.message.id
    left = panel.text, buttons_on(panel)

    seen = await ann.press("Try again", on=refused)

    assert "Wait for the earlier answers, then try again." in words
    assert offered == ["Try again"]
    # The message is that of the earlier press, whose answer comes there.
    assert beside != panel.message.id
    assert left == (shown, live)
    assert "play.example.com:25565" in seen.text


async def test_several_ports_that_could_not_be_begun_lead_to_their_server(
    stage: Stage, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.lane.PATIENCE", 0.3)
    ann = await stage.linked("ann", world.ann)
    await ann.run("servers")

    with written_by_another(stage):
        refused = await ann.run("allocations create", server="Survival", count=2)

    assert "I cannot write to my own database" in refused.text
    assert list(refused.buttons) == ["Show allocations", "Support"]
    assert stage.changes == []


# ------------------------------------------------------------------------------------- the panel's page for keys


async def test_whatever_speaks_of_deleting_a_key_on_the_panel_opens_its_page(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    page = {KEYS: f"{stage.panel.url}/account/api"}

    account = links(await ann.run("account"))
    asked = links(await ann.run("unlink"))
    unlinked = links(await ann.press(f"Unlink ptlc_…{world.ann[-4:]}"))

    assert account == asked == unlinked == page


async def test_a_settled_question_about_a_key_leads_to_the_account_and_to_the_page_for_keys(
    world: World, tmp_path: Path
) -> None:
    async with open_swap_stage(world.state, tmp_path, Ways()) as stage:
        ann, _ = await swapped(stage, world.ann)
        account, later = await ann.run("account"), await ann.run("account")
        await ann.press(DELETE, on=account)

        seen = await ann.press(DELETE, on=later)
        words, offered, pages = seen.text, buttons_on(seen), links(seen)
        kept = await ann.press("My account", on=seen)

        assert "I no longer ask about that key" in words
        assert offered == ["My account", KEYS]
        assert pages == {KEYS: stage.bot.site.keys_page}
        assert "Your link" in kept.text
