"""Which records a game heeds: of what priority, and which where the port is typed; that tells who finds it."""

from __future__ import annotations

import pytest

from bot.demo.panel.records import Build
from tests.dns.odd import Odd
from tests.e2e.naming.given import AWAY, HERE, NAME, NODE, OF_NO_KNOWN_GAME, SRV, ann_named
from tests.stage import Stage
from tests.world import World


async def test_where_some_records_lead_elsewhere_it_is_said_which_and_who_finds_it(
    stage: Stage, world: World, odd: Odd
) -> None:
    records = [f"0 5 25565 {NODE}.", f"0 4 25570 {NODE}.", "0 3 25565 other.example.org."]
    odd.zone = {SRV: records, f"{NODE} A": [HERE], "other.example.org A": [AWAY]}

    _, seen = await ann_named(stage, world)

    assert (
        f"⚠️ 2 of the 3 DNS records that the game may take lead elsewhere: `{NODE}:25570`, `other.example.org:25565`; "
        "the primary is `:25565`. It takes one of them by chance: anyone led there does not find the server, "
        "anyone led by another does. Remove what leads elsewhere." in seen.text
    )


@pytest.mark.parametrize(
    ("last", "said"),
    [
        ("25565", "✅ No port needed: its DNS leads to `:25565`, the primary."),
        ("25570", "⚠️ 1 of the 4 DNS records at which I looked leads elsewhere: `{NODE}:25570`; the primary is"),
    ],
)
@pytest.mark.parametrize(
    ("more", "rest"),
    [
        (0, None),
        (1, "❔ The game may take 1 more DNS record at which I did not look: where that leads I do not know."),
        (3, "❔ The game may take 3 more DNS records at which I did not look: where those lead I do not know."),
    ],
)
async def test_where_the_game_may_take_more_records_than_are_looked_at_that_is_said(
    stage: Stage, world: World, odd: Odd, *, last: str, said: str, more: int, rest: str | None
) -> None:
    records = [f"{number} 5 25565 {NODE}." for number in range(3)] + [f"3 5 {last} {NODE}."]
    odd.zone = {SRV: records + [f"9 5 {25580 + number} {NODE}." for number in range(more)], f"{NODE} A": [HERE]}

    _, seen = await ann_named(stage, world)

    assert (said.replace("{NODE}", NODE) if more or "✅" in said else "⚠️ 1 of the 4 DNS records that") in seen.text
    assert ("I did not look" in seen.text) is (rest is not None)
    assert (rest or "") in seen.text
    assert not any(f":{25580 + number}" in seen.text for number in range(3))


async def test_where_the_game_heeds_priorities_spare_records_are_nothing_that_was_not_looked_at(
    stage: Stage, world: World, odd: Odd
) -> None:
    world.survival.build = Build(image=OF_NO_KNOWN_GAME.image, features=("murmur",))
    records = [f"{number} 5 25565 {NODE}." for number in range(6)]
    odd.zone = {f"_mumble._tcp.{NAME} SRV": records, f"{NODE} A": [HERE]}

    _, seen = await ann_named(stage, world)

    assert "✅ No port needed" in seen.text
    assert "did not look" not in seen.text


@pytest.mark.parametrize(
    ("word", "record", "any_of_them"),
    [
        ("minecraft", "_minecraft._tcp", True),
        ("vintagestory", "_vintagestory._tcp", True),
        ("fivem", "_cfx._udp", True),
        ("teamspeak", "_ts3._udp", True),
        ("murmur", "_mumble._tcp", False),
    ],
)
async def test_a_stale_record_of_lower_priority_is_told_where_the_game_heeds_no_priorities(
    stage: Stage, world: World, odd: Odd, *, word: str, record: str, any_of_them: bool
) -> None:
    world.survival.build = Build(image=OF_NO_KNOWN_GAME.image, features=(word,))
    odd.zone = {f"{record}.{NAME} SRV": [f"0 5 25565 {NODE}.", f"10 5 25570 {NODE}."], f"{NODE} A": [HERE]}

    _, seen = await ann_named(stage, world)

    stale = f"⚠️ 1 of the 2 DNS records that the game may take leads elsewhere: `{NODE}:25570`; the primary is `:25565`."
    assert (stale in seen.text) is any_of_them
    assert ("✅ No port needed" in seen.text) is not any_of_them


@pytest.mark.parametrize("typed", [25565, 25570], ids=["primary's", "another"])
@pytest.mark.parametrize(("word", "record"), [("fivem", "_cfx._udp"), ("murmur", "_mumble._tcp")])
async def test_a_game_that_asks_for_its_record_whatever_port_is_typed_is_led_by_it(
    stage: Stage, world: World, odd: Odd, *, word: str, record: str, typed: int
) -> None:
    world.survival.build = Build(image=OF_NO_KNOWN_GAME.image, features=(word,))
    odd.zone = {f"{record}.{NAME} SRV": [f"0 5 25570 {NODE}."], f"{NAME} A": [HERE], f"{NODE} A": [HERE]}

    _, seen = await ann_named(stage, world, f"{NAME}:{typed}")

    assert "⚠️ DNS still leads to `:25570`; the primary is `:25565`. Players will not find it" in seen.text
    assert f"`{record}.{NAME} SRV 0 5 25565 {NODE}`" in seen.text


@pytest.mark.parametrize(("word", "asks"), [("fivem", True), ("murmur", True), ("vintagestory", False)])
async def test_who_types_the_port_finds_it_only_where_the_game_asks_for_no_record_then(
    stage: Stage, world: World, odd: Odd, *, word: str, asks: bool
) -> None:
    world.survival.build = Build(image=OF_NO_KNOWN_GAME.image, features=(word,))
    record = {"fivem": "_cfx._udp", "murmur": "_mumble._tcp", "vintagestory": "_vintagestory._tcp"}[word]
    odd.zone = {f"{record}.{NAME} SRV": [f"0 5 25570 {NODE}."], f"{NAME} A": [HERE], f"{NODE} A": [HERE]}

    _, seen = await ann_named(stage, world)

    assert "⚠️ DNS still leads to `:25570`" in seen.text
    assert (f"Anyone who types `{NAME}:25565` finds it." in seen.text) is not asks


@pytest.mark.parametrize(
    ("typed", "host", "said"),
    [
        (25565, HERE, "✅ Its DNS leads to this server, and `:25565`, which players type, is the primary."),
        (25570, HERE, "`:25570`"),
        (25565, AWAY, "⚠️"),
    ],
    ids=["primary's", "another", "at another machine"],
)
async def test_teamspeak_goes_to_the_host_of_its_record_and_the_port_that_is_typed(
    stage: Stage, world: World, odd: Odd, *, typed: int, host: str, said: str
) -> None:
    world.survival.build = Build(image=OF_NO_KNOWN_GAME.image, features=("teamspeak",))
    odd.zone = {f"_ts3._udp.{NAME} SRV": [f"0 5 25570 {NODE}."], f"{NAME} A": [HERE], f"{NODE} A": [host]}

    _, seen = await ann_named(stage, world, f"{NAME}:{typed}")

    assert said in seen.text
    assert ("✅ Its DNS leads to this server" in seen.text) is (typed == 25565 and host == HERE)


@pytest.mark.parametrize(("host", "finds"), [(HERE, True), (AWAY, False)], ids=["here", "at another machine"])
async def test_who_types_the_port_finds_a_teamspeak_where_its_record_has_the_right_host(
    stage: Stage, world: World, odd: Odd, *, host: str, finds: bool
) -> None:
    world.survival.build = Build(image=OF_NO_KNOWN_GAME.image, features=("teamspeak",))
    odd.zone = {f"_ts3._udp.{NAME} SRV": [f"0 5 25570 {NODE}."], f"{NAME} A": [HERE], f"{NODE} A": [host]}

    _, seen = await ann_named(stage, world)

    assert "⚠️" in seen.text
    assert (f"Anyone who types `{NAME}:25565` finds it." in seen.text) is finds


async def test_vintage_story_asks_for_no_record_where_a_port_is_typed(stage: Stage, world: World, odd: Odd) -> None:
    world.survival.build = Build(image=OF_NO_KNOWN_GAME.image, features=("vintagestory",))
    odd.zone = {f"_vintagestory._tcp.{NAME} SRV": [f"0 5 25570 {NODE}."], f"{NAME} A": [HERE]}

    _, seen = await ann_named(stage, world, f"{NAME}:25565")

    assert "✅ Its DNS leads to this server, and `:25565`, which players type, is the primary." in seen.text
    assert sorted(odd.asked) == [f"{NAME} A", f"{NAME} AAAA"]


@pytest.mark.parametrize(
    ("record", "says"),
    [
        (f"0 5 25570 {NODE}.", "⚠️ DNS still leads to `:25570`"),
        ("0 5 25577 gone.example.org.", "⚠️ Its DNS record leads to `gone.example.org:25577`, and that has no address"),
        ("0 5 25577 other.example.org.", "⚠️ The name leads to `other.example.org:25577` at `198.51.100.4`"),
        ("0 0 0 .", "⚠️ Its DNS record says that there is no server"),
    ],
    ids=["old port", "nowhere", "elsewhere", "no service"],
)
@pytest.mark.parametrize("own", [HERE, AWAY], ids=["own address right", "own address elsewhere"])
async def test_who_types_the_port_finds_it_where_the_names_own_address_is_right_and_that_is_said(
    stage: Stage, world: World, odd: Odd, *, record: str, says: str, own: str
) -> None:
    world.state.allocations[1].port = 25577
    odd.zone = {SRV: [record], f"{NAME} A": [own], f"{NODE} A": [HERE], "other.example.org A": [AWAY]}

    _, seen = await ann_named(stage, world)

    assert says in seen.text
    assert (f"Anyone who types `{NAME}:25577` finds it." in seen.text) is (own == HERE)
