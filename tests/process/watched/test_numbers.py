"""The numbers of a bot count what happens, and name nobody."""

from __future__ import annotations

import asyncio
import re

from prometheus_client.parser import text_string_to_metric_families

from tests.process.adding import COUNT, begun
from tests.process.harbour import Harbour, Member
from tests.process.visit import Visit, meet_every_trouble, secrets_of, use_everything
from tests.process.watched.watching import Watcher


def _visit(harbour: Harbour) -> tuple[Visit, Member]:
    member = harbour.member()
    return Visit(harbour, member, harbour.state.add_key(harbour.state.users[member.server.owner_id])), member


async def test_no_label_ever_names_a_person_a_discord_server_a_game_server_or_a_panel(
    harbour: Harbour, watcher: Watcher, port: int
) -> None:
    visit, member = _visit(harbour)
    async with harbour.bot(METRICS=f"127.0.0.1:{port}"):
        await harbour.discord.until_ready()
        await use_everything(visit)
        await meet_every_trouble(visit)
        _, told = await watcher.get("/metrics")

    values = {
        (sample.name, name, value)
        for family in text_string_to_metric_families(told)
        for sample in family.samples
        for name, value in sample.labels.items()
        if family.name.startswith("berth_") and name != "le"
    }
    named = [str(member.id), member.name, member.server.identifier, "Server 1", "203.0.113", "25565", harbour.panel.url]
    named += [harbour.panel.url.rpartition(":")[2], *secrets_of(visit)]
    assert [found for found in values if any(name in found[2] for name in named)] == []
    # Besides: words of ours only. A route has stars where names are, everything else is one word or a command.
    ours = re.compile(r"[a-zA-Z./*_ -]+|\d{3}")
    assert [found for found in values if found[0] != "berth_build_info" and not ours.fullmatch(found[2])] == []
    assert {value for family, name, value in values if name == "route"} >= {
        "api/client/servers/*",
        "api/client/servers/*/network/allocations",
        "api/client/servers/*/network/allocations/*",
        "api/client/servers/*/power",
        "api/client/account/api-keys",
    }
    assert {value for family, name, value in values if name == "verb"} >= {
        *("account", "allocations find", "allocations address"),
        *("power.ask", "power.do", "check.ask", "swap.start"),
    }


async def test_interactions_are_counted_by_what_they_were_and_how_they_ended(
    harbour: Harbour, watcher: Watcher, port: int
) -> None:
    async with harbour.bot(METRICS=f"127.0.0.1:{port}"):
        await harbour.discord.until_ready()
        member = await harbour.linked()
        panel = await harbour.open_panel(member)
        await (await panel.press("Refresh")).wait_for_answer()
        harbour.panel.faults.answer(500, "{}", times=None)
        await (await panel.press("Refresh")).wait_for_answer()

        assert await watcher.number("berth_interactions_total", verb="allocations list", outcome="done") == 1
        assert await watcher.number("berth_interactions_total", verb="alloc.list", outcome="done") == 1
        assert await watcher.number("berth_interactions_total", verb="alloc.list", outcome="GatewayFailed") == 1
        assert await watcher.number("berth_interaction_acknowledged_seconds_count") == 5
        assert await watcher.number("berth_interaction_answered_seconds_count", verb="alloc.list") == 2
        assert await watcher.number("berth_panel_request_seconds_count", method="GET", status="500") >= 1
        assert await watcher.number("berth_database_seconds_count") > 0
        assert await watcher.number("berth_shards_up") == 1
        assert await watcher.number("berth_connected") == 1


async def test_suggestions_are_counted_as_interactions_are(harbour: Harbour, watcher: Watcher, port: int) -> None:
    async with harbour.bot(METRICS=f"127.0.0.1:{port}"):
        await harbour.discord.until_ready()
        member, typed = await harbour.linked(), harbour.discord.autocomplete
        options = {"server": member.server.identifier}
        of_servers = await (await typed(member.id, "allocations list", "server", "S")).wait_for_answer()
        of_ports = await (await typed(member.id, "allocations notes", "allocation", "", options)).wait_for_answer()

        assert await watcher.number("berth_interactions_total", verb="suggest server", outcome="done") == 1
        assert await watcher.number("berth_interactions_total", verb="suggest port", outcome="done") == 1
        assert await watcher.number("berth_interaction_answered_seconds_count", verb="suggest port") == 1

    assert of_servers.choices
    assert of_ports.choices


async def test_links_are_told(harbour: Harbour, watcher: Watcher, port: int) -> None:
    # In haste, for the links are counted once a minute; not in more than the panel has time to answer in.
    async with harbour.bot(METRICS=f"127.0.0.1:{port}", haste=10):
        await harbour.discord.until_ready()
        await watcher.until_number("berth_links", 0)
        await harbour.linked()
        await watcher.until_number("berth_links", 1)


async def test_plans_under_way_and_the_ports_that_wait_in_them_are_told(
    harbour: Harbour, watcher: Watcher, port: int
) -> None:
    async with harbour.bot(METRICS=f"127.0.0.1:{port}"):
        await harbour.discord.until_ready()
        member = await harbour.linked()
        first = harbour.panel.faults.hold(method="POST", path="*/network/allocations", before_apply=True)
        await begun(harbour, member, first.arrived)
        second = harbour.panel.faults.hold(method="POST", path="*/network/allocations", before_apply=True)
        assert await watcher.number("berth_several_running") == 1
        assert await watcher.number("berth_several_waiting") == COUNT
        first.release()
        await asyncio.wait_for(second.arrived.wait(), 20)
        assert await watcher.number("berth_several_running") == 1
        assert await watcher.number("berth_several_waiting") == COUNT - 1
        second.release()
        await watcher.until_number("berth_several_running", 0)
        assert await watcher.number("berth_several_waiting") == 0


async def test_numbers_are_told_to_who_asks_and_nothing_else_is_done(
    harbour: Harbour, watcher: Watcher, port: int
) -> None:
    async with harbour.bot(METRICS=f"127.0.0.1:{port}"):
        await watcher.until("/livez", 200)

        assert await watcher.refused("POST", "/metrics") == 405
        assert await watcher.refused("GET", "/") == 404


async def test_a_limit_of_the_panel_that_is_waited_for_is_counted(
    harbour: Harbour, watcher: Watcher, port: int
) -> None:
    async with harbour.bot(METRICS=f"127.0.0.1:{port}"):
        await harbour.discord.until_ready()
        member = await harbour.linked()
        harbour.panel.faults.rate_limited(40)
        await harbour.open_panel(member)

        assert await watcher.number("berth_panel_held_back_seconds_count") == 1
        assert 30 < await watcher.number("berth_panel_held_back_seconds_sum") <= 40
