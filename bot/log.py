"""Logging: one line an event, on standard error, with everything that looks like a secret taken out."""

from __future__ import annotations

import logging
import re
import sys
from typing import TextIO

log = logging.getLogger(__name__)
_SECRETS = re.compile(
    r"(?:ptl[ac]|pacc|papp|peli|plcn)_\w{4,}"  # panel keys
    r"|[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}"  # Discord bot tokens
    r"|(?<=Bearer )\S+|(?<=Bot )[\w-]{20,}\S*"  # Authorization headers
    r"|(?<=://)[^\s/:@]*:[^\s/@]+(?=@)"  # who logs in to a database, in its address
    r"|(?<=/interactions/)\d+/[\w-]{20,}|(?<=/webhooks/)\d+/[\w-]{20,}"  # interaction tokens in paths
)

_NO_LONGER_ASKED = (40060, 10062)
"""Discord's codes for an interaction that has an answer, and for one that it waits for no longer."""
_LINE = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


def of_interaction(number: int) -> dict[str, str]:
    """Return what a line about an interaction of Discord has as fields: its number, as text for it is a long one."""
    return {"interaction": str(number)}


def redact(text: str) -> str:
    """Return the text with panel keys, bot tokens and interaction tokens replaced."""
    return _SECRETS.sub("[hidden]", text)


class RedactingFormatter(logging.Formatter):
    """Formats a record as usual, tracebacks included, then takes the secrets out."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the finished line without secrets."""
        return redact(super().format(record))


class _Handler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - as the library names it
        """Tell, as a line of the log, of one that could not be written; not of the values that were to be in it."""
        if record.name != log.name:  # one about that cannot be written either
            log.error("A line of %s could not be written", record.name, exc_info=True)


def set_up(level: str, formatter: logging.Formatter | None = None) -> None:
    """Log to standard error from this level on, as text by default; libraries only what an operator can act on."""
    handler = _Handler(sys.stderr)
    handler.setFormatter(formatter or RedactingFormatter(_LINE, "%Y-%m-%d %H:%M:%S"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("discord", "asyncio"):
        logging.getLogger(noisy).setLevel(max(logging.getLevelName(level), logging.INFO))
    # They speak at INFO of what they do, SQLAlchemy of every statement.
    for quiet in ("alembic", "sqlalchemy", "discord.client", "discord.gateway"):
        logging.getLogger(quiet).setLevel(max(logging.getLevelName(level), logging.WARNING))
    # They warn of intents that are off on purpose, and of voice.
    for warner in ("discord.client", "discord.state"):
        logging.getLogger(warner).addFilter(_is_news)
    for reconnecting in ("discord.client", "discord.shard"):
        logging.getLogger(reconnecting).addFilter(_in_one_line)
    logging.getLogger("discord.app_commands.tree").addFilter(_is_ours_to_mend)


def _in_one_line(record: logging.LogRecord) -> bool:
    """Tell of a lost connection by its cause: discord.py comes back by itself, a traceback alarms for nothing."""
    if record.exc_info and record.exc_info[1] and record.getMessage().startswith("Attempting a reconnect"):
        record.msg, record.args = f"{record.getMessage()}: {type(record.exc_info[1]).__name__}", ()
        record.exc_info = None
        record.levelno, record.levelname = logging.WARNING, "WARNING"
    return True


def _is_news(record: logging.LogRecord) -> bool:
    words = record.getMessage()
    return "intent seems to be disabled" not in words and "voice will NOT be supported" not in words


def _is_ours_to_mend(record: logging.LogRecord) -> bool:
    """Leave out suggestions that another process has given, or that came too late: both are of the day."""
    return getattr(record.exc_info and record.exc_info[1], "code", None) not in _NO_LONGER_ASKED
