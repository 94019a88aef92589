"""IP addresses in texts that people write: masked where they are somebody's, and nothing else is taken for one."""

from __future__ import annotations

import pytest

from bot.ui.parts.masking import MASK, hosts_in, without_email, without_ip

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
    "Paper 1.20.4.1": "Paper 1.20.4.1",
    "version: 1.20.4.1": "version: 1.20.4.1",
    # Alone, or with a port, or as no game's version begins, it may be somebody's.
    "1.20.4.1": MASK,
    "Paper 1.20.4.1:25565": f"Paper {MASK}:25565",
    "Paper 198.51.100.9": f"Paper {MASK}",
    "a::b": "a::b",
    "face::b": "face::b",
    "fd00::1": MASK,
    "::ffff:c633:6409": MASK,
    "64:ff9b::c633:6409": MASK,
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


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ask ann@example.com now", "ask (e-mail address) now"),
        ("ask ann @ example.com now", "ask (e-mail address) now"),
        ("ann@ example.com", "(e-mail address)"),
        ("ann @example.com", "(e-mail address)"),
        ("lobby @ 25565", "lobby @ 25565"),
        ("<@123456>", "<@123456>"),
    ],
)
def test_an_e_mail_address_is_masked_with_blanks_about_its_sign_too(text: str, shown: str) -> None:
    assert without_email(text) == shown
