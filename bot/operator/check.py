"""`python -m bot check`: settings, database, panel, numbers and token, a line each, without changing anything."""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress

from yarl import URL

from bot.domain.models import ApiKey
from bot.domain.site import PanelSite
from bot.operator.keyplace import names_of_keys, place_of_key
from bot.operator.needed import idle_password_file
from bot.operator.readiness import name_by
from bot.operator.start import StartRefused
from bot.operator.surroundings import misspelt, place_of_settings
from bot.operator.token import DiscordAway, NotDiscord, TokenRefused, application_of_token, owner_of_token
from bot.operator.unopened import sealed_under, what_to_do
from bot.panel.client import PanelClient
from bot.panel.errors import KeyRejected, PanelError
from bot.panel.transport import Transport, open_session
from bot.settings import Settings, SettingsError, read_settings
from bot.store.address import file_of, is_postgres
from bot.store.database import look_at_server, open_database
from bot.store.errors import DatabaseFailed, StoreError
from bot.store.files import look_at_file, open_to_others
from bot.store.keyfile import key_file, parse_keys, read_keys

OK, FAILED, MISCONFIGURED = 0, 1, 2
LookAtPlace = Callable[[tuple[str, int], str], Awaitable[str]]
"""Says what is at a place for the bot of a name, or raises StartRefused with what would end its start."""
_Part = tuple[str, set[str], Callable[[], Awaitable[str]]]
"""What a part is called, which settings it needs to be good, and what looks at it."""
_NO_KEY = ApiKey("ptlc_berthchecks0000000000000000000000000000000000")
"""A well-formed key that no panel knows: a panel answers it with 401 and its error envelope."""


INVITE = "https://discord.com/oauth2/authorize?client_id={}&scope=bot+applications.commands&permissions=0"
INSTALL = "https://discord.com/oauth2/authorize?client_id={}&scope=applications.commands&integration_type=1"


async def check(look_at_place: LookAtPlace) -> int:
    """Print a line for each part and each problem, then the invite links if the token is good.

    Returns 0 if all is fine, 2 for a configuration error, 1 otherwise.
    """
    try:
        reading = read_settings()
    except SettingsError as problem:
        _line("settings", False, str(problem))
        return MISCONFIGURED
    settings, bad = reading.settings, dict(reading.bad)
    try:
        file_of(settings.database_url)
    except StoreError as problem:
        bad["database_url"] = str(problem)
    codes = [_say_settings(settings, [*bad.values(), *misspelt()])]
    links: list[str] = []
    sealed: dict[str, int] = {}
    parts: tuple[_Part, ...] = (
        ("database", {"database_url"}, lambda: _check_database(settings, sealed)),
        ("encryption key", {"encryption_key", "database_url"}, lambda: _check_encryption(settings, sealed)),
        ("panel", {"panel_url", "panel_ca_file"}, lambda: _check_panel(settings)),
        *_watched(settings, look_at_place),
        ("token", {"discord_token", "discord_api_url"}, lambda: _check_token(settings, links)),
    )
    for name, needed, run in parts:
        if not needed & bad.keys():
            codes.append(await _part(name, run))
    if "database_url" not in bad:
        codes.append(_say_files(settings))
    for link in links:
        print(link)  # noqa: T201 - this is the command's output
    return max(codes)


def _watched(settings: Settings, look: LookAtPlace) -> list[_Part]:
    """Return what is to be said of the place for the bot's numbers, where there is to be one."""
    place = settings.metrics_place
    if place is None:
        return []
    needed = {"database_url", "shard_count", "shard_ids", "process"}
    return [("metrics", needed, lambda: _check_place(look(place, name_by(settings))))]


async def _check_place(look: Awaitable[str]) -> str:
    try:
        return await look
    except StartRefused as problem:
        raise _Failed(str(problem), code=MISCONFIGURED) from None


def _say_settings(settings: Settings, problems: list[str]) -> int:
    for problem in problems:
        _line("settings", False, problem)
    if problems:
        _line("settings", False, f"they were read {place_of_settings()}; .env.example explains each")
        return MISCONFIGURED
    _line("settings", True, f"panel {settings.panel_url}, {place_of_settings()}")
    return OK


def _say_files(settings: Settings) -> int:
    path = file_of(settings.database_url)
    if path is None:
        return OK
    mine = [path, path.with_name(f"{path.name}-wal")]
    if settings.encryption_key is None:
        mine.append(key_file(settings.database_url))
    exposed = [words for file in mine if (words := open_to_others(file))]
    for words in exposed:
        _line("files", False, words)
    return MISCONFIGURED if exposed else OK


class _Failed(Exception):
    """What is wrong with a part; with the code OK, for some of the members only."""

    def __init__(self, words: str, *, code: int) -> None:
        super().__init__(words)
        self.code = code


async def _part(name: str, run: Callable[[], Awaitable[str]]) -> int:
    try:
        _line(name, True, await run())
    except _Failed as failure:
        _line(name, None if failure.code == OK else False, str(failure))
        return failure.code
    return OK


def _line(name: str, good: bool | None, words: str) -> None:
    """Print what is so of a part: good, not good, or (None) not good for some of the members only."""
    mark = {True: "ok    ", None: "WARN  ", False: "FAILED"}[good]
    print(f"{mark} {name}: {words}")  # noqa: T201 - this is the command's output


async def _check_encryption(settings: Settings, sealed: dict[str, int]) -> str:
    try:
        found = _keys_found(settings)
    except StoreError as problem:
        raise _Failed(str(problem), code=MISCONFIGURED) from None
    at_hand = names_of_keys(settings)
    words = what_to_do(sealed, at_hand, place_of_key(settings))
    if words:
        raise _Failed(f"{found}. {words}", code=OK if at_hand & sealed.keys() else MISCONFIGURED)
    return f"{found}; links, each sealed under a key that is there: {sum(sealed.values())}" if sealed else found


def _keys_found(settings: Settings) -> str:
    if settings.encryption_key is not None:
        keys = len(parse_keys(settings.encryption_key.get_secret_value()))
        return f"{place_of_key(settings)} holds {keys} key{'' if keys == 1 else 's'}"
    path = key_file(settings.database_url)
    if not path.exists():
        return f"none yet; the first start makes one in {path}"
    read_keys(path)
    return f"in {path}"


async def _check_database(settings: Settings, sealed: dict[str, int]) -> str:
    """Say whether it can be used, and note in `sealed` how many links it holds by encryption key."""
    if is_postgres(settings.database_url):
        return await _check_server(settings.database_url, sealed)
    path = file_of(settings.database_url)
    if path is None:
        return "in memory; every link is lost when the bot ends"
    try:
        look_at_file(path)
        if path.exists():
            await _note_links(settings.database_url, sealed)
    except StoreError as problem:
        raise _Failed(str(problem), code=MISCONFIGURED) from None
    words = "opens" if path.exists() else f"none yet; the first start makes {path}"
    return "; ".join(filter(None, (words, idle_password_file(settings))))


async def _note_links(url: str, sealed: dict[str, int]) -> None:
    database = await open_database(url, migrate=False)
    try:
        with suppress(DatabaseFailed):  # as before the first start, when there are no tables
            sealed.update(await sealed_under(database))
    finally:
        await database.close()


async def _check_server(url: str, sealed: dict[str, int]) -> str:
    try:
        words = await look_at_server(url)
        await _note_links(url, sealed)
    except StoreError as problem:
        raise _Failed(str(problem), code=MISCONFIGURED) from None
    except DatabaseFailed as problem:
        raise _Failed(str(problem), code=FAILED) from None
    return words


async def _check_panel(settings: Settings) -> str:
    try:
        opened = open_session(settings.panel_ca_file)
    except (OSError, ssl.SSLError):
        raise _Failed("PANEL_CA_FILE holds no certificates in PEM form", code=MISCONFIGURED) from None
    async with opened as session:
        panel = PanelClient(Transport(session, URL(settings.panel_url)))
        try:
            await panel.account(_NO_KEY)
        except KeyRejected:
            return f"answers as the client API does; {await _page_for_keys(settings, panel)}"
        except PanelError as problem:
            words = PanelSite(settings.panel_url).named_in(f"{problem.title}. {problem.detail}")
            raise _Failed(words, code=FAILED) from None
    raise _Failed("it accepted a key that cannot exist; is PANEL_URL the panel's own?", code=FAILED)


async def _page_for_keys(settings: Settings, panel: PanelClient) -> str:
    """Say to which page members are sent for a key; before the first one, that hangs on which panel it is."""
    try:
        pelican = await panel.is_pelican()
    except PanelError:
        pelican = None
    site = PanelSite(settings.panel_url, settings.panel_key_url, is_pelican=pelican is True)
    if pelican is None and settings.panel_key_url is None:
        other = PanelSite(settings.panel_url, is_pelican=True)
        return (
            f"members are sent to {site.keys_page} for their keys, but whether it is a Pelican does not show without "
            f"one: if so, set PANEL_KEY_URL to {other.keys_page}"
        )
    return f"members are sent to {site.keys_page} for their keys"


async def _check_token(settings: Settings, links: list[str]) -> str:
    try:
        owner = await owner_of_token(settings)
        application = await application_of_token(settings)
    except TokenRefused:
        raise _Failed("Discord refuses DISCORD_TOKEN", code=MISCONFIGURED) from None
    except DiscordAway as problem:
        raise _Failed(f"not verified: {problem}", code=FAILED) from None
    except NotDiscord as problem:
        raise _Failed(str(problem), code=FAILED) from None
    links += [
        f"Invite it to a server:  {INVITE.format(application.id)}",
        f"Install it for oneself: {INSTALL.format(application.id)}",
    ]
    return f"belongs to {owner.username}"
