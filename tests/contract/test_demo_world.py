"""The demo's community shows what the demo promises."""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network

from bot.demo.panel.auth import may
from bot.demo.world import demo_world

DOCUMENTATION = [ip_network(net) for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")]


def test_every_key_is_well_formed_and_known_to_the_panel() -> None:
    world = demo_world()
    keys = [person.key for person in world.people if person.key is not None]

    assert len(set(keys)) == 4
    for key in keys:
        assert re.fullmatch(r"ptlc_[A-Za-z0-9]{43}", key)
        assert world.state.key(key).token == key
    assert {person.name for person in world.people if not person.linked} == {"Noa", "Kai"}
    assert world.person("Kai").key is None


def test_only_addresses_reserved_for_documentation_are_shown() -> None:
    for row in demo_world().state.allocations.values():
        assert any(ip_address(row.ip) in net for net in DOCUMENTATION)


def test_the_servers_cover_limits_states_and_paging() -> None:
    state = demo_world().state
    servers = {server.name: server for server in state.servers.values()}

    assert servers["Creative"].limit == len(state.allocations_of(servers["Creative"]))
    assert servers["Skyblock"].limit is None
    assert len(state.allocations_of(servers["Proxy"])) > 30
    assert ":" in state.primary_of(servers["Bedrock"]).ip
    assert servers["Season 4"].status == "suspended"
    assert state.nodes[servers["Modded"].node_id].maintenance


def test_the_subusers_may_do_what_is_said_about_them() -> None:
    state = demo_world().state
    survival = next(server for server in state.servers.values() if server.name == "Survival")
    users = {user.username: user for user in state.users.values()}

    def allowed(name: str) -> set[str]:
        return {
            verb for verb in ("read", "create", "update", "delete") if may(survival, users[name], f"allocation.{verb}")
        }

    assert allowed("sam") == {"read"}
    assert allowed("robin") == {"read", "create", "update"}
    assert allowed("mara") == {"read", "create", "update", "delete"}
