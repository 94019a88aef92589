"""What the running bot says of itself, asked at the place that METRICS names."""

from __future__ import annotations

import hashlib
import http.client
import re

from bot.operator.health import Verdict
from bot.settings import Settings

WITHIN = 5.0
"""Seconds it gets to answer: more than the database gets to take a write."""
OF_THE_DATABASE = "the database"
"""What everything is about that it says of its database."""
OTHERS_DO_NOT_KNOW = "connected to Discord, which the other processes do not know yet"
"""What a bot is to which no other would hand over."""
NAMED = "Berth-Name"
"""The header in which the bot that answers is named, so that no other program is taken for it."""
_LONGEST = 500
_BEGINS = "berth-"
_SECRETS = re.compile(r"//[^/@?]*@|[?&](?:user|password|password_file|passfile|sslpassword)=[^&]*")
_STRANGER = "what answers at {place} is another program, or a bot with other settings of database or shards"
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what is listened at there is asked here


def name_of(url: str, *shards: object) -> str:
    """Return the name of the bot on this database and with these settings of shards.

    Nothing of who logs in to the database is in it.
    """
    what = [_SECRETS.sub("", url), *(str(shard or "") for shard in shards)]
    return f"{_BEGINS}{hashlib.sha256(repr(what).encode()).hexdigest()[:40]}"


def name_by(settings: Settings) -> str:
    """Return the name of the bot with these settings."""
    return name_of(settings.database_url, settings.shard_count, settings.shard_ids, settings.process)


def ask(host: str, port: int, name: str) -> Verdict:
    """Ask `/readyz` and return what the bot of this name says there."""
    try:
        found, verdict = _asked(host, port)
    except (OSError, http.client.HTTPException) as problem:
        return Verdict(False, f"no bot answers at {host}:{port}: {problem}")
    return verdict if found == name else Verdict(False, _STRANGER.format(place=f"{host}:{port}"))


def named_at(host: str, port: int) -> str:
    """Return the name of the bot that answers there, whichever it is; nothing where none does."""
    try:
        found, _ = _asked(host, port)
    except (OSError, http.client.HTTPException):
        return ""
    return found if found.startswith(_BEGINS) else ""


def _asked(host: str, port: int) -> tuple[str, Verdict]:
    link = http.client.HTTPConnection(_EVERYWHERE.get(host, host), port, timeout=WITHIN)
    try:
        link.request("GET", "/readyz")
        answer = link.getresponse()
        words = answer.read(_LONGEST).decode(errors="replace").strip()
        return answer.getheader(NAMED, ""), Verdict(answer.status == http.HTTPStatus.OK, words)
    finally:
        link.close()


def says_it_is_cut_off(host: str, port: int, name: str) -> bool:
    """Tell whether the bot of this name answers there, and says that it does not get at its database."""
    verdict = ask(host, port, name)
    return not verdict.healthy and verdict.words.rpartition("; ")[2].startswith(OF_THE_DATABASE)
