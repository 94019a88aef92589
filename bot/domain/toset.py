"""The DNS records that would lead a name to a server's primary, as a zone file has them."""

from __future__ import annotations

from bot.domain.hostnames import LONGEST_NAME, JoinName, ip_in
from bot.domain.led import Address, is_inner
from bot.domain.models import Allocation
from bot.domain.srv import Game


def can_have(record: str, name: JoinName) -> bool:
    """Tell whether there can be such a record: a name that is too long with it before it can be asked for by nobody."""
    return len(f"{record}.{name.host}") <= LONGEST_NAME


def addresses_of(primary: Allocation) -> tuple[Address, ...]:
    """Return the addresses at which the panel says that the primary is: its IP, and its alias where that is one."""
    hosts = [primary.ip, *([primary.other.host] if primary.other else [])]
    return tuple(address for host in hosts if (address := ip_in(host)) is not None)


def all_to_set(name: JoinName, primary: Allocation, game: Game | None) -> tuple[str, ...]:
    """Return the records of a name that has none; without its address the other would lead nowhere."""
    made = _address_to_set(name, primary)
    if made and game is not None and name.port is None and primary.port != game.port:
        return (*made, *port_to_set(name, primary, game))
    return made


def port_to_set(name: JoinName, primary: Allocation, game: Game) -> tuple[str, ...]:
    """Return the service record that saves players the port; none where there can be no such record."""
    return (record_of(game.record, name, primary.port, name.host),) if can_have(game.record, name) else ()


def both_to_set(name: JoinName, primary: Allocation, led: tuple[str, str, int], *, is_there: bool) -> tuple[str, ...]:
    """Return what makes a service record right that leads to another machine, or nowhere: only what is not there.

    `led` is that record with the host and port it leads to; `is_there` says whether the name's own address is right.
    """
    record, *place = led
    made = () if is_there else _address_to_set(name, primary)
    if not is_there and not made:
        return ()
    if place == [name.host, primary.port]:
        return made
    return (*made, record_of(record, name, primary.port, name.host))


def record_of(record: str, name: JoinName, port: int, host: str) -> str:
    """Return the service record that leads a name to a host and port."""
    return f"{record}.{name.host} SRV 0 5 {port} {host}"


def _address_to_set(name: JoinName, primary: Allocation) -> tuple[str, ...]:
    ours = next((address for address in addresses_of(primary) if not is_inner(address)), None)
    return () if ours is None else (f"{name.host} {'A' if ours.version == 4 else 'AAAA'} {ours}",)
