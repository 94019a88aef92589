"""`python -m bot check`: settings, database, panel and token, a line each, without changing anything."""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable

import aiohttp
from pydantic import BaseModel, ValidationError
from yarl import URL

from bot.domain.models import ApiKey
from bot.panel.client import PanelClient
from bot.panel.errors import KeyRejected, PanelError
from bot.panel.transport import Transport, open_session
from bot.settings import Settings, SettingsError, load_settings
from bot.store.address import file_of
from bot.store.database import open_database
from bot.store.errors import StoreError
from bot.store.keyfile import key_file, parse_keys, read_keys

OK, FAILED, MISCONFIGURED = 0, 1, 2
_NO_KEY = ApiKey("ptlc_berthchecks0000000000000000000000000000000000")
"""A well-formed key that no panel knows: a panel answers it with 401 and its error envelope."""


async def check() -> int:
    """Print one line for each part; return 0 if all are fine, 2 for a configuration error, 1 otherwise."""
    try:
        settings = load_settings()
    except SettingsError as problem:
        _line("settings", False, str(problem))
        return MISCONFIGURED
    try:
        file_of(settings.database_url)
    except StoreError as problem:
        _line("settings", False, str(problem))
        return MISCONFIGURED
    _line("settings", True, f"panel {settings.panel_url}")
    codes = [
        await _part("encryption key", lambda: _check_encryption(settings)),
        await _part("database", lambda: _check_database(settings)),
        await _part("panel", lambda: _check_panel(settings)),
        await _part("token", lambda: _check_token(settings)),
    ]
    return max(codes)


class _Myself(BaseModel):
    username: str


class _Failed(Exception):
    def __init__(self, words: str, code: int) -> None:
        super().__init__(words)
        self.code = code


async def _part(name: str, run: Callable[[], Awaitable[str]]) -> int:
    try:
        _line(name, True, await run())
    except _Failed as failure:
        _line(name, False, str(failure))
        return failure.code
    return OK


def _line(name: str, good: bool, words: str) -> None:
    print(f"{'ok    ' if good else 'FAILED'} {name}: {words}")  # noqa: T201 - this is the command's output


async def _check_encryption(settings: Settings) -> str:
    try:
        if settings.encryption_key is not None:
            return f"ENCRYPTION_KEY holds {len(parse_keys(settings.encryption_key.get_secret_value()))} key(s)"
        path = key_file(settings.database_url)
        if not path.exists():
            return f"none yet; the first start makes one in {path}"
        read_keys(path)
    except StoreError as problem:
        raise _Failed(str(problem), MISCONFIGURED) from None
    return f"in {path}"


async def _check_database(settings: Settings) -> str:
    try:
        path = file_of(settings.database_url)
        if path is not None and not path.exists():
            return f"none yet; the first start makes {path}"
        database = await open_database(settings.database_url, migrate=False)
    except StoreError as problem:
        raise _Failed(str(problem), MISCONFIGURED) from None
    await database.close()
    return "opens"


async def _check_panel(settings: Settings) -> str:
    try:
        opened = open_session(settings.panel_ca_file)
    except (OSError, ssl.SSLError):
        raise _Failed("PANEL_CA_FILE holds no certificates in PEM form", MISCONFIGURED) from None
    async with opened as session:
        panel = PanelClient(Transport(session, URL(settings.panel_url)))
        try:
            await panel.account(_NO_KEY)
        except KeyRejected:
            return "answers as the client API does"
        except PanelError as problem:
            raise _Failed(f"{problem.title}. {problem.detail}", FAILED) from None
    raise _Failed("it accepted a key that cannot exist; is PANEL_URL the panel's own?", FAILED)


async def _check_token(settings: Settings) -> str:
    headers = {"Authorization": f"Bot {settings.discord_token.get_secret_value()}"}
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session,
            session.get(f"{settings.discord_api_url}/users/@me", headers=headers, allow_redirects=False) as response,
        ):
            if response.status == 401:
                raise _Failed("Discord refuses DISCORD_TOKEN", MISCONFIGURED)
            if response.status != 200:
                raise _Failed(f"Discord answers with HTTP {response.status}", FAILED)
            return f"belongs to {_Myself.model_validate_json(await response.read()).username}"
    except (aiohttp.ClientError, TimeoutError):
        raise _Failed("not verified, for Discord cannot be reached: look at network, DNS and proxy", FAILED) from None
    except ValidationError:
        raise _Failed("what answers at DISCORD_API_URL is not Discord's API", FAILED) from None
