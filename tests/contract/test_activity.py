"""The client reads a server's activity log as both panels really give it: newest first, and no more than is needed."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest

from bot.domain.activity import NOTED, LoggedChange
from bot.domain.models import Allocation
from bot.panel import errors

from .replay import KEY, replaying
from .traces import ACTIVITY, Trace, each, load, recorded

SERVER = "a0000001"
PANELS = ("1.11", "pelican-sqlite")
LOGGED = [trace for trace in load(ACTIVITY) if trace.status == 200]
REFUSED = [trace for trace in load(ACTIVITY) if trace.status != 200]
_MEANINGS: dict[tuple[int, str], type[errors.PanelError]] = {
    (400, "InvalidSortQuery"): errors.RequestRefused,
    (400, "InvalidFilterQuery"): errors.RequestRefused,
    (401, "AuthenticationException"): errors.KeyRejected,
    (403, "AccessDeniedHttpException"): errors.PermissionDenied,
    (404, "NotFoundHttpException"): errors.ServerNotFound,
    (409, "ServerStateConflictException"): errors.ServerBlocked,
    (429, "ThrottleRequestsException"): errors.RateLimited,
    (500, "QueryException"): errors.PanelFailed,
}


async def read(trace: Trace) -> tuple[LoggedChange, ...]:
    """Return what the client makes of a recorded page."""
    async with replaying(trace) as (_, client):
        return await client.activity(KEY, SERVER, event="server:allocation")


@each(LOGGED)
async def test_every_recorded_page_is_read_newest_first(trace: Trace) -> None:
    lines = await read(trace)

    wanted = [row["attributes"] for row in trace.document["data"]]
    assert len(lines) == len(wanted)
    assert [line.at for line in lines] == sorted((line.at for line in lines), reverse=True)
    assert {(line.event, line.is_api, line.at) for line in lines} == {
        (row["event"], row["is_api"], datetime.fromisoformat(row["timestamp"])) for row in wanted
    }


@each(REFUSED)
async def test_every_recorded_refusal_of_the_log_becomes_what_it_means(trace: Trace) -> None:
    code = trace.document["errors"][0]["code"] if trace.document else ""
    kind = _MEANINGS[trace.status, code] if code else errors.NotThePanelApi
    if "application API key" in trace.answer:
        kind = errors.ApplicationKey

    async with replaying(trace) as (_, client):
        with pytest.raises(errors.PanelError) as caught:
            await client.activity(KEY, SERVER, event="server:allocation")

    assert type(caught.value) is kind
    if isinstance(caught.value, errors.PermissionDenied):
        assert caught.value.permission == "activity.read"


@pytest.mark.parametrize("panel", PANELS)
async def test_one_page_is_asked_for_newest_first_with_who_did_it(panel: str) -> None:
    trace = recorded(ACTIVITY, panel, "server activity: filter[event]=server:allocation;")

    async with replaying(trace) as (replay, client):
        await client.activity(KEY, SERVER, event="server:allocation")

    assert replay.queries == [
        {"sort": "-timestamp", "filter[event]": "server:allocation", "include": "actor", "per_page": "100"}
    ]
    assert replay.asked == [f"GET /api/client/servers/{SERVER}/activity"]


@pytest.mark.parametrize("panel", PANELS)
async def test_lines_of_one_second_are_turned_round(panel: str) -> None:
    trace = recorded(ACTIVITY, panel, "server activity: all at the same second, sort=-timestamp;")

    lines = await read(trace)

    given = [row["attributes"] for row in trace.document["data"]]
    assert len({line.at for line in lines}) == 1 < len(lines)
    assert [line.event for line in lines] == [row["event"] for row in reversed(given)]
    assert given[0]["id"] == "356a192b7913b04c54574d18c28d46e6395428ab"  # SHA-1 of "1": the oldest row of all
    assert lines[-1].event == given[0]["event"] == "server:allocation.create"


@pytest.mark.parametrize(
    ("panel", "username", "ours", "texts"),
    [
        ("1.11", "ann", "10.0.0.1:25565", ("Main *world*", "by key")),
        ("pelican-sqlite", "owner", "play.example.test:25565", ("main", "by key")),
    ],
)
async def test_who_and_what_is_told_and_nothing_else(
    panel: str, username: str, ours: str, texts: tuple[str, str]
) -> None:
    lines = await read(recorded(ACTIVITY, panel, "server activity: filter[event]=server:allocation;"))

    assert lines[0] == LoggedChange(
        "server:allocation.notes", ours, username, datetime(2026, 11, 25, 2, 0, 15, tzinfo=UTC), True, texts
    )
    assert {field.name for field in fields(LoggedChange)} == {"event", "address", "username", "at", "is_api", "texts"}
    assert not re.search(r"@example\.test|127\.0\.0\.1", repr(lines))


@each(LOGGED)
async def test_no_line_of_any_recorded_page_holds_an_address_of_a_person(trace: Trace) -> None:
    lines = await read(trace)

    sent = [row["attributes"] for row in trace.document["data"]]
    actors = [row.get("relationships", {}).get("actor", {}).get("attributes") or {} for row in sent]
    private = {str(row["ip"]) for row in sent if row["ip"]} | {actor["email"] for actor in actors if "email" in actor}
    told = repr(lines)
    assert not [text for text in private if text in told]
    assert not re.search(r"@example\.test|gravatar|127\.0\.0\.1", told)


@pytest.mark.parametrize("panel", PANELS)
async def test_a_text_that_was_none_is_empty_on_either_panel(panel: str) -> None:
    trace = recorded(ACTIVITY, panel, "server activity: filter[event]=server:allocation;")

    found = {line.texts for line in await read(trace) if line.event == NOTED}

    assert ("", "first") in found
    assert any(texts and texts[1] == "" for texts in found)


@pytest.mark.parametrize("panel", PANELS)
async def test_a_page_counted_from_the_beginning_is_turned_round_and_tells_how_many_lines_there_are(panel: str) -> None:
    trace = recorded(ACTIVITY, panel, "server activity: per_page=2&page=2;")

    async with replaying(trace) as (replay, client):
        page = await client.log(KEY, SERVER, oldest_first=(2, 2))

    assert replay.queries == [{"sort": "timestamp", "include": "actor", "per_page": "2", "page": "2"}]
    given = [row["attributes"]["event"] for row in trace.document["data"]]
    assert [line.event for line in page.lines] == given[::-1]
    assert page.total == trace.document["meta"]["pagination"]["total"] > len(page.lines)
    assert page.drops_tags is (panel != "1.11")


@pytest.mark.parametrize("panel", PANELS)
async def test_a_page_past_the_end_is_empty_and_tells_how_many_lines_there_are(panel: str) -> None:
    trace = recorded(ACTIVITY, panel, "server activity: page=999;")

    async with replaying(trace) as (_, client):
        page = await client.log(KEY, SERVER, oldest_first=(999, 25))

    assert (page.lines, page.total) == ((), trace.document["meta"]["pagination"]["total"])
    assert page.total


@pytest.mark.parametrize(
    ("logged", "spelled"),
    [
        ("10.0.0.1:25565", "10.0.0.1:25565"),
        ("2001:db8::10:25565", "[2001:db8::10]:25565"),
        ("[2001:db8::10]:25565", "[2001:db8::10]:25565"),
        ("play.example.test:25565", "play.example.test:25565"),
        (None, None),
    ],
)
def test_an_address_of_the_log_is_spelled_as_everywhere(logged: str | None, spelled: str | None) -> None:
    assert LoggedChange("server:allocation.create", logged, "ann", datetime.now(UTC), is_api=True).spelled == spelled


@pytest.mark.parametrize("panel", PANELS)
async def test_a_line_without_an_actor_or_properties_is_read(panel: str) -> None:
    lines = await read(recorded(ACTIVITY, panel, "server activity: an entry without an actor"))

    assert [line.username is None for line in sorted(lines, key=lambda line: line.event)].count(True) == 2
    assert {line.address for line in lines} == {None}


@pytest.mark.parametrize(
    ("address", "row"),
    [
        ("10.0.0.1:25565", Allocation(1, "10.0.0.1", "play.example.test", 25565, None, is_primary=True)),
        ("play.example.test:25565", Allocation(1, "10.0.0.1", "play.example.test", 25565, None, is_primary=True)),
        ("2001:db8::10:25565", Allocation(1, "2001:db8::10", None, 25565, None, is_primary=True)),
        ("[2001:db8::10]:25565", Allocation(1, "2001:db8::10", None, 25565, None, is_primary=True)),
    ],
)
def test_a_line_names_an_allocation_in_the_way_of_either_panel(address: str, row: Allocation) -> None:
    line = LoggedChange("server:allocation.create", address, "ann", datetime.now(UTC), is_api=True)

    assert line.names(row)
    assert not line.names(replace(row, port=25566))
    assert not replace(line, address=None).names(row)
