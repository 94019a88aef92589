"""Which panel it is, as far as it shows to somebody without a key: by its page for signing in."""

from __future__ import annotations

from yarl import URL

from bot.panel.answers import About, to_error
from bot.panel.caller import Caller
from bot.panel.transport import Answer

_PTERODACTYLS, _PELICANS = "auth/login", "login"
"""Where a panel sends a browser in which nobody is signed in, whatever of its API that has asked for."""
_REDIRECTED, _FAILING = 302, 500


class Signpost(Caller):
    """The one call that takes no key."""

    async def is_pelican(self) -> bool | None:
        """Tell whether the panel is a Pelican, None where it does not show: `GET /api/client` as a browser.

        Raises PanelError where it cannot answer now.
        """
        answer = await self._transport.exchange("GET", "api/client", key=None)
        if answer.status >= _FAILING:
            raise to_error(answer.status, b"", permission=None, about=About.ACCOUNT)
        return told_by(answer, self._transport.base)


def told_by(answer: Answer, base: URL) -> bool | None:
    """Tell by the answer to a browser whether the panel at this base URL is a Pelican; None where that says nothing.

    Something before the panel may send elsewhere, or to a page for signing in of its own, which is at another place.
    """
    try:
        there = URL(answer.headers.get("Location", ""))
    except ValueError:
        return None
    if answer.status != _REDIRECTED or there.host not in (None, base.host):
        return None
    pages = {f"{base.path.rstrip('/')}/{page}": page == _PELICANS for page in (_PTERODACTYLS, _PELICANS)}
    return pages.get(there.path.rstrip("/"))
