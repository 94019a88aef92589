"""The settings by which the bot is watched: where it tells its numbers, and how it writes its log."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from yarl import URL

_PLACE = re.compile(r"(?:\[[^\[\]/@]+\]|[\w.-]+):\d{1,5}", re.ASCII)


def _place(text: str) -> str:
    """Return `host:port`; raise ValueError for anything else."""
    place = text.strip()
    try:
        good = _PLACE.fullmatch(place) and (URL(f"http://{place}").port or 0) > 0
    except ValueError:  # a port or an address in brackets that cannot be
        good = False
    if not good:
        raise ValueError(
            "must be an address and a port of this machine, without http:// or a path, as 127.0.0.1:9464 or [::1]:9464"
        )
    return place


class PlaceSetting(BaseSettings):
    """Where the bot tells its numbers, and whether it is ready."""

    metrics: Annotated[str, AfterValidator(_place)] | None = None

    @property
    def metrics_place(self) -> tuple[str, int] | None:
        """The host and port at which the bot tells its numbers."""
        if self.metrics is None:
            return None
        url = URL(f"http://{self.metrics}")
        return url.host or "", url.port or 0


class WatchSettings(PlaceSetting):
    """What concerns those who watch the bot."""

    log_format: Literal["text", "json"] = "text"

    @field_validator("log_format", mode="before")
    @classmethod
    def _in_small_letters(cls, word: Any) -> Any:
        return word.lower() if isinstance(word, str) else word


class _FormatSetting(BaseSettings):
    model_config = SettingsConfigDict(env_file_encoding="utf-8", extra="ignore")

    log_format: str = "text"


def asks_for_json(env_file: Path) -> bool:
    """Return whether the log is to be JSON, be the settings good or not; False where the file cannot be read."""
    try:
        return _FormatSetting(_env_file=env_file).log_format.lower() == "json"
    except (OSError, UnicodeDecodeError):
        return False
