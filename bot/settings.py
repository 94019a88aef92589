"""The settings, read from the environment and `.env`; built once, by the command line."""

from __future__ import annotations

import logging
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, FilePath, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from yarl import URL

log = logging.getLogger(__name__)
DISCORD_API = "https://discord.com/api/v10"


class SettingsError(Exception):
    """A setting is missing or unusable; the message is one line that names it."""


def _http_url(value: str) -> str:
    try:
        url = URL(value.strip())
    except ValueError:
        raise ValueError("is not a URL") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError("must start with https:// (or http://) and name a host")
    if url.user or url.password:
        raise ValueError("must not hold a user name or password")
    return str(url.with_query(None).with_fragment(None)).rstrip("/")


def _panel_url(value: str) -> str:
    """Return the panel's base URL; forgives a trailing slash and the API's own path."""
    text = _http_url(value)
    for tail in ("/api/client", "/api"):
        text = text.removesuffix(tail).rstrip("/")
    return text + "/"


class Settings(BaseSettings):
    """Everything that can be set; `.env.example` explains each."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", hide_input_in_errors=True, env_ignore_empty=True
    )

    discord_token: SecretStr
    discord_token_file: Path | None = None
    panel_url: Annotated[str, AfterValidator(_panel_url)]
    database_url: str = "sqlite:///data/berth.db"
    encryption_key: SecretStr | None = None
    encryption_key_file: Path | None = None
    discord_api_url: Annotated[str, AfterValidator(_http_url)] = DISCORD_API
    panel_ca_file: FilePath | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    history_days: Annotated[int, Field(ge=1, le=3650)] = 90
    privacy_url: Annotated[str, AfterValidator(_http_url)] | None = None
    support_url: Annotated[str, AfterValidator(_http_url)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _read_secret_files(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Take a secret from the file that `<NAME>_FILE` names, as Docker and systemd hand secrets over."""
        for name in ("discord_token", "encryption_key"):
            path = values.pop(f"{name}_file", None)
            if path is None or values.get(name) is not None:
                continue
            try:
                values[name] = Path(path).read_text().strip()
            except OSError as problem:
                raise SettingsError(f"{name.upper()}_FILE cannot be read: {problem.strerror}") from None
            except UnicodeDecodeError:
                raise SettingsError(f"{name.upper()}_FILE is not a text file") from None
        return values

    @field_validator("discord_token")
    @classmethod
    def _not_a_placeholder(cls, token: SecretStr) -> SecretStr:
        text = token.get_secret_value().strip()
        if len(text) < 20 or any(character.isspace() for character in text):
            raise ValueError("is not a bot token; copy it from the Discord Developer Portal, page Bot")
        return SecretStr(text)

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, level: Any) -> Any:
        return level.upper() if isinstance(level, str) else level

    @property
    def panel_origin(self) -> str:
        """The panel's origin and path, to which stored keys are bound."""
        url = URL(self.panel_url)
        # Without a default port, so that a move from http to https is a change of the scheme alone.
        port = "" if url.is_default_port() else f":{url.port}"
        return f"{url.scheme}://{url.host}{port}{url.path.rstrip('/')}".lower()

    @property
    def panel_is_plain(self) -> bool:
        """Whether keys would cross a network unencrypted."""
        url = URL(self.panel_url)
        return url.scheme == "http" and not _is_loopback(url.host or "")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def load_settings(**overrides: Any) -> Settings:
    """Return the settings; raise SettingsError naming the first that is missing or bad."""
    try:
        settings = Settings(**overrides)
    except UnicodeDecodeError:
        raise SettingsError(".env is not UTF-8 text") from None
    except ValidationError as problem:
        first = problem.errors(include_input=False, include_url=False)[0]
        name = str(first["loc"][0]).upper() if first["loc"] else "a setting"
        reason = "is not set" if first["type"] == "missing" else first["msg"].removeprefix("Value error, ")
        raise SettingsError(f"{name} {reason}; see .env.example") from None
    if settings.panel_is_plain:
        log.warning("PANEL_URL is plain http: every key crosses the network unencrypted. Use https.")
    return settings
