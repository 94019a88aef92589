"""Which addresses are asked: every line of the guard has a test that fails without it."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from ipaddress import ip_address

import pytest

from bot.demo.games import JavaGame
from bot.demo.games.datagrams import LOOPBACK
from bot.domain.probe import Refusal
from bot.net.asking import Asker
from bot.net.bounded import Connector, Stream
from bot.net.guard import Address, Guard, NotAsked, Place, is_this_machine
from tests.net.addresses import CARRIERS, NOT_PUBLIC, NOWHERE, PUBLIC, PUBLIC_6


class Names:
    """Names of this test's own, each with the addresses that one look-up after the other gives."""

    def __init__(self, **found: Sequence[str]) -> None:
        self._found = {name.replace("_", "."): list(addresses) for name, addresses in found.items()}
        self.asked: list[str] = []

    async def __call__(self, name: str) -> Sequence[Address]:
        """Return what this look-up gives."""
        self.asked.append(name)
        if name not in self._found:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        addresses = self._found[name]
        return [ip_address(addresses.pop(0) if len(addresses) > 1 else addresses[0])]


def guard(*, private: bool = False, never: Sequence[Place] = (), names: Names | None = None) -> Guard:
    """Return a guard that looks names up here."""
    return Guard(private=private, never=never, resolve=names or Names())


async def refusal(host: str, port: int = 25565, *, by: Guard | None = None) -> Refusal | None:
    """Return why an address is not asked."""
    try:
        await (by or guard()).admit(host, port)
    except NotAsked as refused:
        return refused.refusal
    return None


@pytest.mark.parametrize("host", [PUBLIC, PUBLIC_6])
async def test_a_public_address_is_asked(host: str) -> None:
    assert await refusal(host) is None


@pytest.mark.parametrize("host", NOT_PUBLIC)
async def test_what_is_not_of_the_public_internet_is_asked_only_where_the_operator_said_so(host: str) -> None:
    assert await refusal(host) is Refusal.NOT_PUBLIC
    assert await refusal(host, by=guard(private=True)) is None


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("host", NOWHERE)
async def test_what_leads_to_no_single_machine_is_never_asked(host: str, private: bool) -> None:
    assert await refusal(host, by=guard(private=private)) is Refusal.NOWHERE


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("host", CARRIERS.values(), ids=CARRIERS)
async def test_what_carries_another_address_within_itself_is_never_asked(host: str, private: bool) -> None:
    assert await refusal(host, by=guard(private=private)) is Refusal.CARRIES


@pytest.mark.parametrize("host", ["", " ", "a b", "-", "..", "x" * 64 + ".example", "http://a/", "a@b", "é", "%00"])
async def test_what_is_no_name_is_not_looked_up(host: str) -> None:
    names = Names()

    assert await refusal(host, by=guard(names=names)) is Refusal.UNKNOWN_NAME
    assert names.asked == []


async def test_a_name_that_there_is_not_is_not_asked() -> None:
    assert await refusal("nobody.example") is Refusal.UNKNOWN_NAME


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f000001", "0177.0.0.1", "localhost"])
async def test_other_spellings_of_loopback_are_judged_by_what_they_lead_to(host: str) -> None:
    assert await refusal(host, by=Guard(private=False, never=())) in (Refusal.NOT_PUBLIC, Refusal.UNKNOWN_NAME)


async def test_a_name_that_changes_between_two_look_ups_is_looked_up_once_and_that_address_connected_to() -> None:
    names = Names(play_example=[LOOPBACK, "127.0.0.9"])
    went: list[tuple[str, int]] = []

    class Watched(Connector):
        async def stream(self, address: str, port: int) -> Stream:
            went.append((address, port))
            return await super().stream(address, port)

    async with JavaGame() as game:
        probe = await Asker(guard(private=True, names=names), Watched()).ask("play.example", game.port)

    assert names.asked == ["play.example"]
    assert went == [(LOOPBACK, game.port)]
    assert probe.answers
    assert game.asked == [(LOOPBACK, game.port)]


async def test_a_name_that_leads_to_a_private_address_is_not_asked() -> None:
    assert await refusal("a.example", by=guard(names=Names(a_example=["10.0.0.1"]))) is Refusal.NOT_PUBLIC
    assert await refusal("a.example", by=guard(names=Names(a_example=["::ffff:10.0.0.1"]))) is Refusal.CARRIES
    assert await refusal("a.example", by=guard(names=Names(a_example=[PUBLIC]))) is None


@pytest.mark.parametrize(
    ("leads_to", "asked"), [((PUBLIC, "10.0.0.1"), None), (("10.0.0.1", PUBLIC), Refusal.NOT_PUBLIC)]
)
async def test_of_a_name_with_several_addresses_the_first_one_is_judged_and_asked(
    leads_to: tuple[str, ...], asked: Refusal | None
) -> None:
    async def resolve(_: str) -> list[Address]:
        return [ip_address(address) for address in leads_to]

    assert await refusal("a.example", by=Guard(private=False, never=(), resolve=resolve)) is asked


async def test_the_panels_own_host_and_port_are_not_asked_be_it_a_name_or_an_address() -> None:
    names = Names(panel_example=[PUBLIC])
    by_name = guard(never=[Place("panel.example", 443)], names=names)
    by_address = guard(never=[Place(PUBLIC, 443)])

    assert await refusal(PUBLIC, 443, by=by_name) is Refusal.OURS
    assert await refusal(PUBLIC, 443, by=by_address) is Refusal.OURS
    assert await refusal(PUBLIC, 25565, by=by_address) is None
    assert await refusal("93.184.215.15", 443, by=by_address) is None


async def test_the_panel_is_looked_up_only_for_its_own_port() -> None:
    names = Names(panel_example=[PUBLIC])

    await refusal(PUBLIC, 25565, by=guard(never=[Place("panel.example", 443)], names=names))

    assert names.asked == []


async def test_where_the_panel_cannot_be_looked_up_its_port_is_not_asked() -> None:
    assert await refusal(PUBLIC, 443, by=guard(never=[Place("panel.example", 443)])) is Refusal.MAYBE_OURS
    # A name that cannot even be written as DNS knows names.
    assert await refusal(PUBLIC, 443, by=Guard(private=False, never=[Place("a..b", 443)])) is Refusal.MAYBE_OURS


@pytest.mark.parametrize("listens_on", ["0.0.0.0", "::", "127.0.0.1"])  # noqa: S104 - as an operator may set it
async def test_what_the_bot_itself_listens_on_is_not_asked_by_any_address_of_its_machine(listens_on: str) -> None:
    own = guard(private=True, never=[Place(listens_on, 9464)])

    for host in ("127.0.0.1", "127.8.9.1", "::1", *_own_addresses()):
        assert await refusal(host, 9464, by=own) is Refusal.OURS
        assert await refusal(host, 25565, by=own) is None
    assert await refusal("10.99.99.99", 9464, by=own) is None


def _own_addresses() -> list[str]:
    """Return the addresses of this machine that other machines know, if it has a way to any."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect((PUBLIC, 9))
        except OSError:
            return []
        return [str(asking.getsockname()[0])]


def test_an_address_of_another_machine_is_not_this_one() -> None:
    assert not is_this_machine(ip_address(PUBLIC))
    # Where this machine has no way to IPv6, that is no address of its own either.
    assert not is_this_machine(ip_address(PUBLIC_6))
    assert is_this_machine(ip_address("127.0.0.1"))


@pytest.mark.parametrize(("address", "family"), [(PUBLIC, socket.AF_INET), (PUBLIC_6, socket.AF_INET6)])
def test_an_address_from_which_this_machine_sends_to_itself_is_its_own(
    address: str, family: socket.AddressFamily, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Routed(socket.socket):
        """A socket of a machine that has this address."""

        def connect(self, to: object) -> None:
            if self.family is not family:
                raise OSError("another family")

        def getsockname(self) -> tuple[str, int]:
            return address, 40_000

    monkeypatch.setattr(socket, "socket", Routed)

    assert is_this_machine(ip_address(address))
    assert not is_this_machine(ip_address("198.51.100.1" if family is socket.AF_INET6 else "2001:db8::1"))
