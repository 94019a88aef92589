"""Whom the bot's token belongs to, asked of Discord once."""

from __future__ import annotations

from typing import TypeVar

import aiohttp
from pydantic import BaseModel, ValidationError

from bot.settings import DISCORD_API, Settings

TOKEN_REFUSED = "Discord refused DISCORD_TOKEN; copy it again from the Developer Portal"  # noqa: S105 - words about it

Shape = TypeVar("Shape", bound=BaseModel)


class TokenRefused(Exception):
    """Discord knows no bot with this token."""


class NotDiscord(Exception):
    """Something else answers in Discord's place; the message is one line that names what to look at."""

    def __init__(self, settings: Settings) -> None:
        where = "Discord's address" if settings.discord_api_url == DISCORD_API else "DISCORD_API_URL"
        super().__init__(
            f"what answers at {where} is not Discord's API: a login page of this network, or a proxy, may be in between"
        )


class DiscordAway(Exception):
    """Discord could not be asked, or gives no answer to this now; the message is one line."""


class Owner(BaseModel):
    """The bot that a token belongs to."""

    id: str
    username: str


class Application(BaseModel):
    """The application that a token belongs to."""

    id: str


async def owner_of_token(settings: Settings) -> Owner:
    """Return the bot; raise TokenRefused, NotDiscord or DiscordAway."""
    return await _ask(settings, "/users/@me", Owner)


async def application_of_token(settings: Settings) -> Application:
    """Return the application, whose id is in every invite link; raise TokenRefused, NotDiscord or DiscordAway."""
    return await _ask(settings, "/oauth2/applications/@me", Application)


async def _ask(settings: Settings, path: str, shape: type[Shape]) -> Shape:
    headers = {"Authorization": f"Bot {settings.discord_token.get_secret_value()}"}
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session,
            session.get(f"{settings.discord_api_url}{path}", headers=headers, allow_redirects=False) as response,
        ):
            if response.status == 401:
                raise TokenRefused
            if 300 <= response.status < 400:
                raise NotDiscord(settings)
            if response.status != 200:
                raise DiscordAway(f"Discord answers with HTTP {response.status}")
            return shape.model_validate_json(await response.read())
    except (aiohttp.ClientError, TimeoutError):
        raise DiscordAway("Discord cannot be reached: look at network, DNS and proxy") from None
    except ValidationError:
        raise NotDiscord(settings) from None
