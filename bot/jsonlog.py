"""The log as JSON, a line an event: the reference code and the interaction's number are fields."""

from __future__ import annotations

from typing import Any

from pythonjsonlogger.json import JsonFormatter

from bot.log import redact

_FIELDS = ("asctime", "levelname", "name", "message")
_NAMES = {"asctime": "time", "levelname": "level", "name": "logger", "exc_info": "traceback"}


class RedactingJson(JsonFormatter):
    """Formats a record as one JSON object, with the secrets taken out of every value."""

    def __init__(self) -> None:
        super().__init__(_FIELDS, "%Y-%m-%dT%H:%M:%S%z", rename_fields=_NAMES)

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Return the fields without secrets; in the finished line a secret could take the next field with it."""
        return {name: redact(value) if isinstance(value, str) else value for name, value in log_data.items()}
