"""IP addresses in texts that people write: masked where they are somebody's, and nothing else is taken for one."""

from __future__ import annotations

import pytest

from bot.ui.masking import MASK, hosts_in, without_ip

OWN = ("203.0.113.7:25565", "2001:db8::10:25566", "[2001:db8::11]:25567", "play.example.com:25568")
WRITTEN = {
    "198.51.100.9": MASK,
    "from 198.51.100.9.": f"from {MASK}.",
    "198.51.100.9:25565": f"{MASK}:25565",
    "198.51.100.0/24": f"{MASK}/24",
    "198.51.100.1-198.51.100.9": f"{MASK}-{MASK}",
    "[fe80::7]:80": f"[{MASK}]:80",
    "fe80::7%eth0": MASK,
    "ip=::1": f"ip={MASK}",
    "2001:db8::99:25565": f"{MASK}:25565",
    "::ffff:198.51.100.9": MASK,
    "203.0.113.7": "203.0.113.7",
    "203.0.113.7:1": "203.0.113.7:1",
    "[2001:db8::10]:25566": "[2001:db8::10]:25566",
    "2001:0db8:0::11": "2001:0db8:0::11",
    "at 12:30:45": "at 12:30:45",
    "12:30": "12:30",
    "v1.20.4.1": "v1.20.4.1",
    "1.20.4.1-SNAPSHOT": "1.20.4.1-SNAPSHOT",
    "1.20.4.1b": "1.20.4.1b",
    "1.20.4.1.5": "1.20.4.1.5",
    "1.20.4": "1.20.4",
    "300.1.1.1": "300.1.1.1",
    "std::vector": "std::vector",
    "minecraft:stone": "minecraft:stone",
    "play.example.com:25568": "play.example.com:25568",
    "::": "::",
    "": "",
}


@pytest.mark.parametrize("text", WRITTEN)
def test_an_ip_address_that_is_not_the_servers_own_is_masked_and_nothing_else(text: str) -> None:
    assert without_ip(text, but=hosts_in(OWN)) == WRITTEN[text]
