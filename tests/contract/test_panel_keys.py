"""The bot's client on the simulated panel's API keys: what is made works, what is deleted does not, faults included."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address

import pytest
from yarl import URL

from bot.demo.panel import Flavour, PanelState, SimulatedPanel, User
from bot.domain.models import ApiKey
from bot.panel import errors, key_errors
from bot.panel.client import PanelClient
from bot.panel.transport import Transport, open_session

from .clients import NOON

PTERODACTYL, PELICAN = Flavour.PTERODACTYL_1_11, Flavour.PELICAN
MAKE, MANY = "/api/client/account/api-keys", 8
HERE, ELSEWHERE = ip_address("127.0.0.1"), ip_address("192.0.2.1")


@dataclass(frozen=True)
class Account:
    """A person's account on a panel, their pasted key, and the bot's client."""

    panel: SimulatedPanel
    user: User
    pasted: ApiKey
    client: PanelClient

    @property
    def descriptions(self) -> list[str]:
        """What the account's keys are described as, in their order."""
        return [key.description for key in self.panel.state.client_keys_of(self.user)]


@pytest.fixture(params=[PTERODACTYL, PELICAN], ids=str)
async def account(request: pytest.FixtureRequest) -> AsyncIterator[Account]:
    """Yield an account on either panel; time stands still on it."""
    state = PanelState()
    user = state.add_user("ann")
    prefix = "pacc_" if request.param is PELICAN else "ptlc_"
    pasted = ApiKey(state.add_key(user, prefix + "P" * 43, description="pasted"))
    state.add_server(user, "Survival")
    async with SimulatedPanel(state, flavour=request.param, clock=lambda: NOON) as panel, open_session() as session:
        yield Account(panel, user, pasted, PanelClient(Transport(session, URL(panel.url + "/")), retry_wait=0))


async def test_a_made_key_works_and_makes_another_and_deletes_the_pasted_one(account: Account) -> None:
    own = await account.client.create_key(account.pasted, description="Berth", allowed_ips=[HERE])

    assert (await account.client.account(own.key)).username == "ann"
    assert [server.name for server in (await account.client.listing(own.key)).servers] == ["Survival"]
    second = await account.client.create_key(own.key, description="second", allowed_ips=())
    await account.client.delete_key(own.key, account.pasted.identifier)

    with pytest.raises(errors.KeyRejected):
        await account.client.account(account.pasted)
    assert own.key.reveal().startswith("pacc_" if account.panel.flavour is PELICAN else "ptlc_")
    assert account.descriptions == ["Berth", "second"]
    assert second.allowed_ips == ()


async def test_a_key_that_deletes_itself_is_refused_from_then_on(account: Account) -> None:
    own = await account.client.create_key(account.pasted, description="Berth", allowed_ips=())

    await account.client.delete_key(own.key, own.identifier)

    with pytest.raises(errors.KeyRejected):
        await account.client.delete_key(own.key, own.identifier)
    with pytest.raises(key_errors.KeyNotThere):
        await account.client.delete_key(account.pasted, own.identifier)


async def test_a_probe_tells_the_address_and_cannot_even_delete_itself(account: Account) -> None:
    probe = await account.client.create_key(account.pasted, description="probe", allowed_ips=[ELSEWHERE])

    for call in (account.client.account(probe.key), account.client.delete_key(probe.key, probe.identifier)):
        with pytest.raises(errors.AddressNotAllowed) as caught:
            await call
        assert caught.value.seen == HERE
    await account.client.delete_key(account.pasted, probe.identifier)

    assert account.descriptions == ["pasted"]


@pytest.mark.parametrize("seen", ["203.0.113.7", "2001:db8::7"])
async def test_the_address_is_the_one_that_the_panel_sees(account: Account, seen: str) -> None:
    account.panel.state.seen_address = seen
    probe = await account.client.create_key(account.pasted, description="probe", allowed_ips=[ELSEWHERE])
    with pytest.raises(errors.AddressNotAllowed) as caught:
        await account.client.account(probe.key)
    assert caught.value.seen == ip_address(seen)

    own = await account.client.create_key(account.pasted, description="Berth", allowed_ips=[caught.value.seen])

    assert (await account.client.account(own.key)).username == "ann"
    account.panel.state.seen_address = "198.51.100.9"
    with pytest.raises(errors.AddressNotAllowed):
        await account.client.account(own.key)


async def test_behind_a_proxy_that_the_panel_does_not_trust_a_lock_lets_everybody_in(account: Account) -> None:
    account.panel.state.seen_address = "172.18.0.1"
    own = await account.client.create_key(account.pasted, description="Berth", allowed_ips=[ip_address("172.18.0.1")])

    # Somebody else, at another address of their own, comes through the same proxy.
    assert (await account.client.account(own.key)).username == "ann"


async def test_the_list_tells_when_a_key_was_used_refused_uses_included(account: Account) -> None:
    probe = await account.client.create_key(account.pasted, description="probe", allowed_ips=[ELSEWHERE])
    before = {key.description: key for key in await account.client.keys(account.pasted)}
    account.panel.advance(90.5)
    with pytest.raises(errors.AddressNotAllowed):
        await account.client.account(probe.key)

    after = {key.description: key for key in await account.client.keys(account.pasted)}

    noon = datetime.fromtimestamp(NOON, UTC)
    assert (before["pasted"].last_used_at, before["probe"].last_used_at) == (noon, None)
    assert before["probe"].created_at == after["probe"].created_at == noon
    assert {key.last_used_at for key in after.values()} == {datetime.fromtimestamp(NOON + 90, UTC)}
    assert after["probe"].allowed_ips == ("192.0.2.1",)


async def test_a_key_whose_time_is_over_is_refused_but_listed_and_counted(account: Account) -> None:
    own = await account.client.create_key(account.pasted, description="Berth", allowed_ips=())
    account.panel.state.key(own.key.reveal()).expired = True

    with pytest.raises(errors.KeyRejected):
        await account.client.account(own.key)

    assert [key.description for key in await account.client.keys(account.pasted)] == ["pasted", "Berth"]
    account.panel.state.fill_keys(account.user, leave=0)
    assert len(account.descriptions) == 25


async def test_the_twenty_sixth_key_is_refused(account: Account) -> None:
    account.panel.state.fill_keys(account.user, leave=1)
    await account.client.create_key(account.pasted, description="Berth", allowed_ips=())

    with pytest.raises(key_errors.KeyLimitReached):
        await account.client.create_key(account.pasted, description="one too many", allowed_ips=())

    assert len(account.descriptions) == 25
    assert account.descriptions[-1] == "Berth"


async def test_keys_made_at_once_can_pass_the_limit(account: Account) -> None:
    account.panel.state.fill_keys(account.user, leave=1)
    hold = account.panel.database.hold(method="POST", path=MAKE, times=MANY)
    makers = [
        asyncio.ensure_future(account.client.create_key(account.pasted, description="race", allowed_ips=()))
        for _ in range(MANY)
    ]
    while account.panel.requests.count(method="POST") < MANY:
        await hold.arrived.wait()
        await asyncio.sleep(0)
    hold.release()
    await asyncio.gather(*makers, return_exceptions=True)

    assert len(account.descriptions) > 25


@pytest.mark.parametrize("made", [True, False], ids=["made", "not made"])
async def test_a_creation_whose_connection_is_cut_leaves_a_key_behind_or_not_and_is_not_repeated(
    account: Account, made: bool
) -> None:
    faults = account.panel.faults
    (faults.reset_after if made else faults.reset_before)(method="POST", path=MAKE)

    with pytest.raises(errors.ConnectionLost) as caught:
        await account.client.create_key(account.pasted, description="Berth 1234", allowed_ips=())

    assert caught.value.may_have_happened
    found = [key for key in await account.client.keys(account.pasted) if key.description == "Berth 1234"]
    assert len(found) == made
    for orphan in found:
        await account.client.delete_key(account.pasted, orphan.identifier)
    assert account.descriptions == ["pasted"]
    assert account.panel.requests.count(method="POST") == 1


@pytest.mark.parametrize("status", [403, 404, 405])
async def test_where_keys_are_switched_off_each_call_says_so_and_the_rest_works(account: Account, status: int) -> None:
    fault = account.panel.faults.keys_off(status)
    client, key = account.client, account.pasted

    for call in (
        client.keys(key),
        client.create_key(key, description="Berth", allowed_ips=()),
        client.delete_key(key, "ptlc_00000000002"),
    ):
        with pytest.raises(key_errors.KeysOff):
            await call
    assert (await client.account(key)).username == "ann"
    account.panel.faults.remove(fault)

    assert [key.description for key in await client.keys(key)] == ["pasted"]


async def test_somebody_elses_key_and_an_application_key_are_not_there(account: Account) -> None:
    state = account.panel.state
    other = ApiKey(state.add_key(state.add_user("bob")))
    application = ApiKey(state.add_key(account.user, application=True))

    for identifier in (other.identifier, application.identifier, "ptlc_unknownUnkn"):
        with pytest.raises(key_errors.KeyNotThere):
            await account.client.delete_key(account.pasted, identifier)
    with pytest.raises(errors.ApplicationKey):
        await account.client.create_key(application, description="x", allowed_ips=())

    assert [key.description for key in await account.client.keys(account.pasted)] == ["pasted"]


async def test_an_empty_description_is_refused_in_the_panels_words(account: Account) -> None:
    with pytest.raises(key_errors.KeyNotMade) as caught:
        await account.client.create_key(account.pasted, description=" ", allowed_ips=())

    assert caught.value.panel_words == "The description field is required."
    assert account.descriptions == ["pasted"]


async def test_a_forced_second_factor_stops_keys_on_pterodactyl_and_not_on_pelican(account: Account) -> None:
    account.panel.state.two_factor_level = 2

    if account.panel.flavour is PELICAN:
        await account.client.create_key(account.pasted, description="Berth", allowed_ips=())
    else:
        with pytest.raises(errors.TwoFactorRequired):
            await account.client.create_key(account.pasted, description="Berth", allowed_ips=())

    assert (await account.client.account(account.pasted)).username == "ann"
    assert len(account.descriptions) == (2 if account.panel.flavour is PELICAN else 1)


async def test_no_log_and_no_exception_holds_a_new_keys_secret_or_names_the_key(
    account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    own = await account.client.create_key(account.pasted, description="Berth", allowed_ips=[ELSEWHERE])
    with pytest.raises(errors.AddressNotAllowed) as refused:
        await account.client.delete_key(own.key, own.identifier)
    account.panel.faults.truncated_json(method="POST", path=MAKE)
    with pytest.raises(errors.NotThePanelApi) as broken:
        await account.client.create_key(account.pasted, description="cut", allowed_ips=())
    await account.client.delete_key(account.pasted, own.identifier)

    cut = account.panel.state.client_keys_of(account.user)[-1]
    tracebacks = ["".join(traceback.format_exception(caught.value)) for caught in (refused, broken)]
    logged = "\n".join(record.getMessage() for record in caplog.records if record.name != "aiohttp.access")
    told = "\n".join((logged, repr(own), *tracebacks))
    assert "account/api-keys/*: HTTP 204" in logged
    assert not [part for part in (own.key.reveal()[16:], cut.token[16:], account.pasted.reveal()) if part in told]
    assert own.identifier not in logged  # the panel's own web server names paths, and is not ours
