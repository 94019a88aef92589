"""What the running bot says of itself, asked at the place that METRICS names."""

from __future__ import annotations

import http.client

from bot.operator.health import Verdict

WITHIN = 5.0
"""Seconds it gets to answer: more than the database gets to take a write."""
OF_THE_DATABASE = "the database"
"""What everything is about that it says of its database."""
OTHERS_DO_NOT_KNOW = "connected to Discord, which the other processes do not know yet"
"""What a bot is to which no other would hand over."""
_LONGEST = 500
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what is listened at there is asked here


def ask(host: str, port: int) -> Verdict:
    """Ask `/readyz` and return what it says."""
    link = http.client.HTTPConnection(_EVERYWHERE.get(host, host), port, timeout=WITHIN)
    try:
        link.request("GET", "/readyz")
        answer = link.getresponse()
        words = answer.read(_LONGEST).decode(errors="replace").strip()
        return Verdict(answer.status == http.HTTPStatus.OK, words)
    except (OSError, http.client.HTTPException) as problem:
        return Verdict(False, f"no bot answers at {host}:{port}: {problem}")
    finally:
        link.close()


def says_it_is_cut_off(host: str, port: int) -> bool:
    """Tell whether what answers there is a bot that says that it does not get at its database."""
    verdict = ask(host, port)
    return not verdict.healthy and OF_THE_DATABASE in verdict.words
