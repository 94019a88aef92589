"""The settings, read from the environment and `.env`; built once, by the command line."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import quote

from pydantic import AfterValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from yarl import URL

from bot.addresses import authorities, base_url, http_url
from bot.shards import Shards, checked, shards_of
from bot.watchsettings import PlaceSetting, WatchSettings

log = logging.getLogger(__name__)
DISCORD_API = "https://discord.com/api/v10"
ENV_FILE = Path(".env")
_CLIENT_SECRET = re.compile(r"[\w-]{32}", re.ASCII)
_OUT_OF_RANGE = {
    "log_format": "must be text or json",
    "log_level": "must be DEBUG, INFO, WARNING or ERROR",
    "history_days": "must be a whole number from 1 to 3650",
    "key_swap": "must be ask, always or off",
    "key_allowed_ips": "must be none or seen",
    "share": "must be anyone, permitted or off",
    "power": "must be restart or off",
    "check": "must be on or off",
    "check_private": "must be on or off",
    "shard_count": "must be a whole number from 1 to 16000",
    "hide_ips": "must be on or off",
}
"""What is said of a value that is refused by its type alone; all others are refused by a check of ours."""
_STAND_INS: dict[str, dict[str, Any]] = {
    "discord_token": {"discord_token": "stands.in.for-a-token-that-is-missing", "discord_token_file": None},
    "panel_url": {"panel_url": "http://127.0.0.1:9/"},
    "encryption_key": {"encryption_key_file": os.devnull},  # bad only where its file is: one that holds no key
    "shard_count": {"shard_count": None, "shard_ids": None, "process": None},
}


class SettingsError(Exception):
    """Settings are missing or unusable; each of its arguments is one line that names one."""


class _Sentence(ValueError):
    """Names its setting itself."""


@dataclass(frozen=True, slots=True)
class _Unreadable:
    """In place of a secret whose file gives none."""

    sentence: str


class _DatabaseSetting(BaseSettings):
    model_config = SettingsConfigDict(
        env_file=ENV_FILE, env_file_encoding="utf-8", extra="ignore", hide_input_in_errors=True, env_ignore_empty=True
    )

    database_url: str = "sqlite:///data/berth.db"
    database_password_file: Path | None = None

    @model_validator(mode="after")
    def _name_the_password_file(self) -> Self:
        """Say in the address where the password is read whenever it is needed, so that it is kept nowhere else."""
        if self.database_url.startswith("sqlite"):  # which has none: the setting is there before a move
            return self
        if self.database_password_file is not None and "password_file=" not in self.database_url:
            joint = "&" if "?" in self.database_url else "?"
            self.database_url += f"{joint}password_file={quote(str(self.database_password_file.absolute()))}"
        return self


class _PlaceSetting(PlaceSetting):
    model_config = _DatabaseSetting.model_config

    shard_count: str | None = None
    shard_ids: str | None = None
    process: str | None = None


class Settings(WatchSettings, _DatabaseSetting):
    """Everything that can be set; `.env.example` explains each."""

    discord_token: SecretStr
    discord_token_file: Path | None = None
    panel_url: Annotated[str, AfterValidator(base_url)]
    encryption_key: SecretStr | None = None
    encryption_key_file: Path | None = None
    discord_api_url: Annotated[str, AfterValidator(http_url)] = DISCORD_API
    panel_ca_file: Annotated[Path, AfterValidator(authorities)] | None = None
    panel_key_url: Annotated[str, AfterValidator(http_url)] | None = None
    key_swap: Literal["ask", "always", "off"] = "ask"
    key_allowed_ips: Literal["none", "seen"] = "none"
    share: Literal["anyone", "permitted", "off"] = "permitted"
    power: Literal["restart", "off"] = "restart"
    check: Literal["on", "off"] = "on"
    check_private: Literal["on", "off"] = "off"
    hide_ips: Literal["on", "off"] = "off"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    history_days: Annotated[int, Field(ge=1, le=3650)] = 90
    privacy_url: Annotated[str, AfterValidator(http_url)] | None = None
    support_url: Annotated[str, AfterValidator(http_url)] | None = None
    shard_count: Annotated[int, Field(ge=1, le=16_000)] | None = None
    shard_ids: str | None = None
    process: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _read_secret_files(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Take a secret from the file that `<NAME>_FILE` names, as Docker and systemd hand secrets over."""
        for name in ("discord_token", "encryption_key"):
            path = values.get(f"{name}_file")
            if path is None:
                continue
            if values.get(name) is not None:  # set itself, so that the file counts for nothing
                del values[f"{name}_file"]
                continue
            try:
                values[name] = Path(path).read_text().strip()
            except OSError as problem:
                values[name] = _Unreadable(f"{name.upper()}_FILE cannot be read: {problem.strerror}")
            except UnicodeDecodeError:
                values[name] = _Unreadable(f"{name.upper()}_FILE is not a text file")
            except ValueError:
                values[name] = _Unreadable(f"{name.upper()}_FILE must be the path of a file")
        return values

    @field_validator("discord_token", "encryption_key", mode="before")
    @classmethod
    def _was_read(cls, secret: Any) -> Any:
        if isinstance(secret, _Unreadable):
            raise _Sentence(secret.sentence)
        return secret

    @field_validator("discord_token")
    @classmethod
    def _not_a_placeholder(cls, token: SecretStr) -> SecretStr:
        text = token.get_secret_value().strip()
        if _CLIENT_SECRET.fullmatch(text):
            raise ValueError(
                "looks like the application's client secret, of page OAuth2; the bot's token is on page Bot of the "
                "Discord Developer Portal and has three parts with dots in between"
            )
        if len(text) < 20 or any(character.isspace() for character in text):
            raise ValueError("is not a bot token; copy it from the Discord Developer Portal, page Bot")
        return SecretStr(text)

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, level: Any) -> Any:
        return level.upper() if isinstance(level, str) else level

    @field_validator(
        "key_swap", "key_allowed_ips", "share", "power", "check", "check_private", "hide_ips", mode="before"
    )
    @classmethod
    def _lower(cls, word: Any) -> Any:
        return word.lower() if isinstance(word, str) else word

    @field_validator("shard_ids", "process")
    @classmethod
    def _names_shards(cls, text: str | None, given: ValidationInfo) -> str | None:
        return text if text is None else checked(text, given.field_name, given.data)

    @property
    def shards(self) -> Shards | None:
        """The shards of this process; None where it carries as many as Discord recommends."""
        return shards_of(self.shard_count, self.shard_ids, self.process)

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


class GivenSettings(Settings):
    """Settings as they are given in code: nothing of this machine's environment or `.env`."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return where the values come from."""
        return (init_settings,)


@dataclass(frozen=True)
class Reading:
    """The settings as they were found."""

    settings: Settings
    """With the default, or a stand-in that opens nothing, for each that is missing or bad."""
    bad: dict[str, str]
    """What is wrong, in a sentence, by the name of each field that is missing or bad."""


def read_settings() -> Reading:
    """Return the settings and everything that is wrong with them; raise SettingsError if `.env` cannot be read."""
    _look_at_env_file()
    try:
        return Reading(Settings(), {})
    except ValidationError as problem:
        bad = _sentences(problem)
    stand_ins: dict[str, Any] = {}
    for name in bad:
        stand_ins |= _STAND_INS.get(name, {name: Settings.model_fields[name].get_default()})
    return Reading(Settings(**stand_ins), bad)


def accepted(reading: Reading, more: Mapping[str, str]) -> Settings:
    """Return the settings to run with; raise SettingsError naming all that are bad, `more` of them by field too."""
    refuse({**reading.bad, **more})
    if reading.settings.panel_is_plain:
        log.warning("PANEL_URL is plain http: every key crosses the network unencrypted. Use https.")
    return reading.settings


def refuse(bad: Mapping[str, str]) -> None:
    """Raise SettingsError with a line for each of these sentences, if there is any."""
    if bad:
        raise SettingsError(*(f"{sentence}; see .env.example" for sentence in bad.values())) from None


def load_database_url() -> str:
    """Return DATABASE_URL, be the other settings there or not; raise SettingsError if `.env` cannot be read."""
    _look_at_env_file()
    return _DatabaseSetting().database_url


def load_metrics_place() -> tuple[str, int] | None:
    """Return where METRICS has the running bot asked, be the other settings there or not; raise SettingsError."""
    try:
        return _PlaceSetting().metrics_place
    except ValidationError as problem:
        raise SettingsError(next(iter(_sentences(problem).values()))) from None


def load_shard_settings() -> tuple[str | None, str | None, str | None]:
    """Return what distinguishes this process from others of the same bot, as it is set."""
    found = _PlaceSetting()
    return found.shard_count, found.shard_ids, found.process


def _look_at_env_file() -> None:
    try:
        if ENV_FILE.is_file():
            ENV_FILE.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise SettingsError(".env is not UTF-8 text") from None
    except OSError as problem:
        raise SettingsError(f".env cannot be read: {problem.strerror}") from None


def _sentences(problem: ValidationError) -> dict[str, str]:
    """Return what is wrong with each field, in our words: a library's are not an operator's."""
    found = {}
    for error in problem.errors(include_input=False, include_url=False):
        name = str(error["loc"][0])
        cause = error.get("ctx", {}).get("error")
        if isinstance(cause, _Sentence):
            found[name] = str(cause)
        elif error["type"] == "missing":
            found[name] = f"{name.upper()} is not set"
        else:
            found[name] = f"{name.upper()} {_OUT_OF_RANGE.get(name) or cause or 'has a value of the wrong kind'}"
    return found
