"""What DNS says of the name that players type, at the front door: against a real DNS server on loopback."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bot.demo.nameserver import NameServer
from bot.net.resolver import Resolver
from tests.e2e.naming.given import NAME, SRV, ann_named
from tests.e2e.naming.lines import Failing
from tests.postgres.stage import OnServer
from tests.security.evidence import bytes_below
from tests.stage import Stage
from tests.world import World


async def test_no_port_needed_its_dns_leads_to_the_primary(stage: Stage, world: World, names: NameServer) -> None:
    _, seen = await ann_named(stage, world)

    assert "✅ No port needed: its DNS leads to `:25565`, the primary." in seen.text
    assert "Look again" in seen.buttons


async def test_dns_still_leads_to_the_old_port_with_the_record_to_set(
    stage: Stage, world: World, names: NameServer
) -> None:
    names.zone[SRV] = ["0 5 25570 node.example.org."]

    _, seen = await ann_named(stage, world)

    assert "⚠️ DNS still leads to `:25570`; the primary is `:25565`." in seen.text
    assert f"`_minecraft._tcp.{NAME} SRV 0 5 25565 node.example.org`" in seen.text


async def test_what_dns_does_not_tell_is_told_as_not_known_and_never_as_wrong(
    stage: Stage, world: World, names: NameServer
) -> None:
    async with Failing({}) as failing:
        stage.look_names_up_by(Resolver(["127.0.0.1"], port=failing.port))
        _, seen = await ann_named(stage, world)

    assert f"❔ I could not look up `{NAME}`: its DNS server failed. That does not say that it is wrong" in seen.text
    assert "⚠️" not in seen.text


async def test_the_name_leads_elsewhere_fine_behind_a_proxy_wrong_otherwise(
    stage: Stage, world: World, names: NameServer
) -> None:
    names.zone = {f"{NAME} A": ["198.51.100.4"]}

    _, seen = await ann_named(stage, world)

    assert (
        "⚠️ The name leads to `198.51.100.4`, the server is at `203.0.113.7:25565`: fine behind a proxy, "
        "wrong otherwise." in seen.text
    )


async def test_a_list_asks_dns_nothing(stage: Stage, world: World, names: NameServer) -> None:
    ann, _ = await ann_named(stage, world)
    names.asked.clear()

    await ann.run("allocations list", server="Survival")
    await ann.run("servers")

    assert names.asked == []


async def test_look_again_sees_a_record_that_was_changed_meanwhile(
    stage: Stage, world: World, names: NameServer
) -> None:
    names.zone[SRV] = ["0 5 25570 node.example.org."]
    ann, _ = await ann_named(stage, world)
    names.zone[SRV] = ["0 5 25565 node.example.org."]

    seen = await ann.press("Look again")

    assert "✅ No port needed" in seen.text


async def test_the_panels_alias_is_looked_up_where_nobody_gave_a_name(
    stage: Stage, world: World, names: NameServer
) -> None:
    names.zone = {"play.example.com A": ["203.0.113.7"]}
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations address", server="Survival")

    assert "✅ No port needed: its DNS leads to this server" in seen.text


async def test_hostile_names_in_dns_are_shown_as_code_and_cut(stage: Stage, world: World, names: NameServer) -> None:
    host = ".".join(["\\`\\@everyone\\{x\\}" + "a" * 40] * 3)
    names.zone = {SRV: [f"0 5 25565 {host}."], f"{host.lower()} A": ["198.51.100.4"]}

    _, seen = await ann_named(stage, world)

    assert "@everyone" not in seen.text
    assert seen.ephemeral


async def test_dns_is_asked_for_the_name_and_what_its_records_lead_to_and_nothing_it_says_is_stored(
    stage: Stage, world: World, names: NameServer, tmp_path: Path
) -> None:
    names.zone = {SRV: ["0 5 25570 far-away.example.net."], "far-away.example.net A": ["198.51.100.77"]}
    _, seen = await ann_named(stage, world)
    await stage.person("eve").run("allocations address", server="Survival")

    stored = bytes_below(tmp_path) + (stage.kept if isinstance(stage, OnServer) else b"")

    hosts = (NAME, "far-away.example.net")
    assert set(names.asked) == {SRV, *(f"{host} {kind}" for host in hosts for kind in ("A", "AAAA"))}
    assert "198.51.100.77" in seen.text
    assert NAME.encode() in stored
    assert b"far-away" not in stored
    assert b"198.51.100.77" not in stored


async def test_without_a_name_an_address_or_any_other_text_as_an_alias_asks_dns_nothing(
    stage: Stage, world: World, names: NameServer
) -> None:
    ann = await stage.linked("ann", world.ann)
    for alias in (None, "198.51.100.4", "198.51.100.4:25577", "my server"):
        world.state.allocations[1].ip_alias = alias
        await ann.run("allocations address", server="Survival")

    assert names.asked == []


async def test_of_an_alias_that_holds_a_port_the_name_alone_is_asked_for(
    stage: Stage, world: World, names: NameServer
) -> None:
    world.state.allocations[1].ip_alias = "play.example.com:25577"
    names.zone = {"play.example.com A": ["203.0.113.7"]}
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations address", server="Survival")

    assert sorted(names.asked) == ["play.example.com A", "play.example.com AAAA"]
    assert "⚠️ Its DNS leads to this server, but players type `:25577`, and the primary is `:25565`" in seen.text


async def test_a_name_in_letters_of_any_language_is_asked_for_as_dns_knows_it(
    stage: Stage, world: World, names: NameServer
) -> None:
    names.zone = {"xn--mnchen-3ya.example A": ["203.0.113.7"]}

    _, seen = await ann_named(stage, world, "München.example")

    assert "xn--mnchen-3ya.example A" in names.asked
    assert "✅ Players type `münchen.example` from now on" in seen.text
    assert "✅ No port needed: its DNS leads to this server" in seen.text


async def test_in_a_process_without_dnspython_the_bot_is_built_and_nothing_of_dns_is_imported(tmp_path: Path) -> None:
    code = (
        "import asyncio, sys\n"
        "class Blocked:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'dns' or name.startswith('dns.'):\n"
        "            raise ModuleNotFoundError(name, name=name)\n"
        "sys.meta_path.insert(0, Blocked())\n"
        "from bot.app import assembled\n"
        "from bot.settings import GivenSettings\n"
        "async def main():\n"
        "    settings = GivenSettings(discord_token='stands.in.for-a-token-that-is-missing', check='off',\n"
        f"        panel_url='http://127.0.0.1:9/', database_url='sqlite:///{tmp_path}/berth.db')\n"
        "    async with assembled(settings) as bot:\n"
        "        assert bot.services.joining.resolver is None\n"
        "        assert not [name for name in sys.modules if name.partition('.')[0] == 'dns']\n"
        "        print('built')\n"
        "asyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    told, problems = await process.communicate()

    assert told.strip() == b"built", problems.decode()
