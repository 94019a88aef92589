"""After a change of the primary its answer has what DNS says: what leads on, and until when the old is right."""

from __future__ import annotations

from bot.demo.nameserver import NameServer
from tests.e2e.naming.given import NAME, SRV, ann_named
from tests.e2e.naming.lines import SlowLine
from tests.stage import Stage
from tests.world import World


async def test_after_a_change_of_the_primary_it_is_part_of_the_answer_with_since_when(
    stage: Stage, world: World, names: NameServer
) -> None:
    ann, _ = await ann_named(stage, world)

    seen = await ann.run("allocations primary", server="Survival", allocation="25566")
    later = await ann.run("allocations address", server="Survival")

    for words in (seen.text, later.text):
        assert "⚠️ DNS still leads to `:25565`; the primary became `:25566` <t:" in words
        assert f"`_minecraft._tcp.{NAME} SRV 0 5 25566 node.example.org`" in words


async def test_above_a_warning_that_a_name_leads_astray_it_is_not_said_that_players_type_it(
    stage: Stage, world: World, names: NameServer
) -> None:
    ann, good = await ann_named(stage, world)
    right = good.text
    changed = (await ann.run("allocations primary", server="Survival", allocation="25566")).text
    page = (await ann.run("allocations address", server="Survival")).text
    names.zone = {}
    given = (await ann.run("allocations address", server="Survival", name="mc.example.net")).text
    back = (await ann.press("Show allocations")).text

    assert f"✅ Players type `{NAME}` from now on." in right
    for text in (changed, page, given):
        assert "⚠️" in text
        assert "Players type `" not in text
    assert f"🌐 Name for players: `{NAME}`" in changed
    assert f"🌐 You gave this server the name `{NAME}` <t:" in page
    assert f"✅ Saved `mc.example.net` as the name for players.\nBefore: `{NAME}`" in given
    assert "🌐 Players type `mc.example.net`" in back


async def test_what_dns_says_after_a_change_has_the_way_to_where_it_is_looked_up_anew(
    stage: Stage, world: World, names: NameServer
) -> None:
    ann, _ = await ann_named(stage, world)
    changed = await ann.run("allocations primary", server="Survival", allocation="25566")
    offered = list(changed.buttons)

    seen = await ann.press("Players' address", on=changed)
    titles = [seen.embed.title, *[label for label in seen.buttons if label == "Look again"]]
    listed = await ann.press("Show allocations", on=seen)

    assert offered.count("Players' address") == 1
    assert titles == ["Players' address · Survival", "Look again"]
    assert "Players' address" not in listed.buttons


async def test_after_a_change_the_old_record_is_right_until_the_game_restarts_and_that_is_said(
    stage: Stage, world: World, names: NameServer
) -> None:
    stage.share_the_clock()
    ann, _ = await ann_named(stage, world)

    seen = await ann.run("allocations primary", server="Survival", allocation="25566")
    later = await ann.run("allocations address", server="Survival")

    assert (
        "A game that is running listens on `:25565` until it restarts. Once it listens on `:25566`, players who "
        f"type the name without a port will not find it until the record is changed. Anyone who types `{NAME}:25566` "
        "finds it. To set:" in seen.text
    )
    assert (
        "A game that is running listens on what was the primary when it was started, until it restarts. Once it "
        "listens on `:25566`, players who type the name without a port will not find it" in later.text
    )


async def test_after_a_change_the_new_record_is_right_only_once_the_game_restarts_and_that_is_said(
    stage: Stage, world: World, names: NameServer
) -> None:
    stage.share_the_clock()
    names.zone[SRV] = ["0 5 25566 node.example.org."]
    ann, before = await ann_named(stage, world)

    seen = await ann.run("allocations primary", server="Survival", allocation="25566")
    later = await ann.run("allocations address", server="Survival")

    until = "⏳ A game that is running listens on `:25565` until it restarts: from then on players find it on `:25566`."
    assert "✅ No port needed: its DNS leads to `:25566`, the primary." in seen.text
    assert until in seen.text
    assert "until it restarts" not in before.text + later.text


async def test_a_slow_dns_holds_no_answer_up_and_what_it_says_is_added(
    stage: Stage, world: World, names: NameServer
) -> None:
    ann, _ = await ann_named(stage, world)
    line = stage.bot.services.joining.resolver = SlowLine(stage, names)

    with stage.still_time():
        waiting = await ann.run("allocations primary", server="Survival", allocation="25566")
        await stage.env.advance_time(0.6)
        seen = ann.saw(waiting.result)
        before = seen.text
        line.open.set()
        await stage.env.settle()

    assert "✅ Made primary" in before
    assert "DNS" not in before
    assert "✅ Made primary" in seen.text
    assert "⚠️ DNS still leads to `:25565`; the primary became `:25566` <t:" in seen.text
