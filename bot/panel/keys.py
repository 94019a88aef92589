"""The calls on an account's own API keys, and what the panel answers to them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, SecretStr

from bot.domain.keys import AccountKey, Allowed, CreatedKey
from bot.domain.models import ApiKey
from bot.panel.caller import Caller, done, parse
from bot.panel.key_errors import KeyNotThere
from bot.panel.wire import Wire

_PATH = "account/api-keys"
_IDENTIFIER = re.compile(r"[0-9A-Za-z_]{16}")
_SECRET = re.compile(r"[0-9A-Za-z]{16,112}")
MOST_ADDRESSES = 50
"""Addresses that the panel takes for one key."""


def _addresses(value: Any) -> Any:
    """Read no list, which keys from elsewhere have, as an empty one, and an object as its values."""
    if value is None:
        return []
    return list(value.values()) if isinstance(value, dict) else value


def _plain(secret: SecretStr) -> SecretStr:
    """Let nothing pass that cannot stand in a header."""
    if not _SECRET.fullmatch(secret.get_secret_value()):
        raise ValueError("not the secret of a key")
    return secret


class KeyAttributes(Wire):
    """Attributes of one key; never its secret."""

    identifier: str
    description: str | None = None
    allowed_ips: Annotated[list[str], BeforeValidator(_addresses), Field(default_factory=list)]
    last_used_at: AwareDatetime | None = None
    created_at: AwareDatetime | None = None

    def to_domain(self) -> AccountKey:
        """Return the key as it is listed."""
        return AccountKey(
            self.identifier, self.description or "", tuple(self.allowed_ips), self.last_used_at, self.created_at
        )


class KeyObject(Wire):
    """`{"object": "api_key", "attributes": {…}}`."""

    object: Literal["api_key"]
    attributes: KeyAttributes


class KeyList(Wire):
    """`GET …/account/api-keys`: all of them, without pages."""

    object: Literal["list"]
    data: list[KeyObject]

    def to_domain(self) -> tuple[AccountKey, ...]:
        """Return the keys in the panel's order."""
        return tuple(item.attributes.to_domain() for item in self.data)


class NewKeyAttributes(KeyAttributes):
    """Attributes of a key that was just made: what is put before its secret is checked."""

    identifier: Annotated[str, Field(pattern=rf"^{_IDENTIFIER.pattern}$")]


class Secret(Wire):
    """`meta` of a key that was just made: what follows its identifier."""

    secret_token: Annotated[SecretStr, AfterValidator(_plain)]


class NewKeyObject(Wire):
    """The answer to `POST …/account/api-keys`."""

    object: Literal["api_key"]
    attributes: NewKeyAttributes
    meta: Secret

    def to_domain(self) -> CreatedKey:
        """Return the key, put together of its two parts."""
        a = self.attributes
        whole = ApiKey(a.identifier + self.meta.secret_token.get_secret_value())
        return CreatedKey(whole, a.description or "", tuple(a.allowed_ips))


class KeyCalls(Caller):
    """Lists, makes and deletes client API keys of the account to which the key used belongs."""

    async def keys(self, key: ApiKey) -> tuple[AccountKey, ...]:
        """Return all client keys of the account, also expired ones: `GET …/account/api-keys`."""
        return (await self.read(_PATH, KeyList, key=key)).to_domain()

    async def create_key(self, key: ApiKey, *, description: str, allowed_ips: Sequence[Allowed]) -> CreatedKey:
        """Make a client key that works from these addresses only, from everywhere without any, and return it.

        `POST …/account/api-keys`, sent once: whoever loses the answer has left a key there whose secret nobody knows.
        """
        fields = {"description": description, "allowed_ips": _spelled(allowed_ips)}
        return parse(await self.send("POST", _PATH, key=key, json=fields), NewKeyObject).to_domain()

    async def delete_key(self, key: ApiKey, identifier: str) -> None:
        """Delete a client key of the account, also the one used: `DELETE …/account/api-keys/{identifier}`, 204."""
        if not _IDENTIFIER.fullmatch(identifier):
            raise KeyNotThere()
        done(await self.send("DELETE", f"{_PATH}/{identifier}", key=key), "a deletion")


def _spelled(allowed_ips: Sequence[Allowed]) -> list[str]:
    """Return the addresses as they are sent; raise for what the panel would take for no lock, or break at.

    It makes an unlocked key of null and of "", and fails at a prefix that is too long.
    """
    if isinstance(allowed_ips, str):
        raise TypeError("a text is no list of addresses")
    for entry in allowed_ips:
        if not isinstance(entry, IPv4Address | IPv4Network | IPv6Address | IPv6Network):
            raise TypeError("a key is locked to addresses and networks only")
        if "%" in str(entry):
            raise ValueError("an address of one machine's own network says nothing to the panel")
    if len(allowed_ips) > MOST_ADDRESSES:
        raise ValueError(f"a key is locked to {MOST_ADDRESSES} addresses at most")
    return [str(entry) for entry in allowed_ips]
