"""One HTTP exchange with the panel: what is sent, how long it may take, how much is read."""

from __future__ import annotations

import logging
import re
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from yarl import URL

from bot import __version__
from bot.domain.models import ApiKey
from bot.observer import UNOBSERVED, Observer
from bot.panel import errors

log = logging.getLogger(__name__)
_NAMES = re.compile(r"(?<=servers/)[^/]+|(?<=allocations/)[^/]+|(?<=api-keys/)[^/]+")

MAX_BODY = 8 * 1024 * 1024
"""Bytes of an answer that are read at most; a page of 100 servers stays well under 2 MiB."""
POOL_SIZE = 100
"""Connections to the panel at once; more requests wait for a free one."""
ADDRESS_KEPT = 30
"""Seconds for which the address of the panel's name is used without looking it up again, while it answers."""
_LOST = "It closed the connection before its answer was complete."
_AS_A_BROWSER = {"Accept": "text/html"}


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds an exchange may take: to connect, to read and to write, each in all."""

    connect: float = 3.0
    read: float = 8.0
    write: float = 12.0


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete HTTP answer."""

    status: int
    headers: Mapping[str, str]
    """Looked up without case."""
    body: bytes
    is_json: bool


def route_of(path: str) -> str:
    """Return a path without what it names: a `*` for a server, an allocation or a key."""
    return _NAMES.sub("*", path)


def open_session(ca_file: Path | None = None) -> aiohttp.ClientSession:
    """Return the one session of the process: no cookies (a session cookie makes every change a 419).

    TLS is verified against the system's authorities, and those in `ca_file` if one is given.
    """
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=POOL_SIZE, ttl_dns_cache=ADDRESS_KEPT, ssl=_trusting(ca_file)),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"Accept": "application/json", "User-Agent": f"Berth/{__version__}"},
        raise_for_status=False,
    )
    # aiohttp sends a GET or DELETE again by itself when the connection is cut; a change must never be repeated
    # unseen, and reads have their own retries. There is no public switch (seen in 3.14).
    session._retry_connection = False
    return session


def _trusting(ca_file: Path | None) -> ssl.SSLContext | bool:
    """Return a context that trusts these authorities too; without any, True: aiohttp's own, of which one is enough."""
    if ca_file is None:
        return True
    context = ssl.create_default_context()
    # From Python 3.13 on it refuses an authority that left out what most small ones do, as the use of its key.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.load_verify_locations(ca_file)
    return context


class Transport:
    """Sends requests below the panel's base URL; raises a `PanelTrouble` for everything but an answer."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base: URL,
        *,
        timeouts: Timeouts = Timeouts(),
        observer: Observer = UNOBSERVED,
    ) -> None:
        self._session = session
        self._observer = observer
        self.base = base
        """The panel's base URL."""
        self._read_within = aiohttp.ClientTimeout(total=timeouts.read, sock_connect=timeouts.connect)
        self._written_within = aiohttp.ClientTimeout(total=timeouts.write, sock_connect=timeouts.connect)

    async def exchange(
        self, method: str, path: str, *, key: ApiKey | None, query: dict[str, str] | None = None, json: Any = None
    ) -> Answer:
        """Send one request and return the answer; redirects are not followed, so a key stays with the panel.

        Without a key it is sent as by a browser in which nobody is signed in.

        Raises PanelUnreachable when nothing was sent, ConnectionLost, PanelSlow, NotThePanelApi otherwise.
        """
        if self._observer is UNOBSERVED:
            return await self._exchange(method, path, key=key, query=query, json=json)
        began, became = time.perf_counter(), "given up"
        try:
            answer = await self._exchange(method, path, key=key, query=query, json=json)
            became = str(answer.status)
            return answer
        except errors.PanelError as trouble:
            became = type(trouble).__name__
            raise
        finally:
            self._observer.panel_request(method, route_of(path), became, time.perf_counter() - began)

    async def _exchange(
        self, method: str, path: str, *, key: ApiKey | None, query: dict[str, str] | None, json: Any
    ) -> Answer:
        secret = None if key is None else key.reveal()
        within = self._read_within if method == "GET" else self._written_within
        url = self.base.join(URL(path))
        try:
            async with self._session.request(
                method,
                url.with_query(query) if query else url,
                headers=_AS_A_BROWSER if secret is None else {"Authorization": f"Bearer {secret}"},
                json=json,
                allow_redirects=False,
                timeout=within,
            ) as response:
                body = await _read(response)
                if secret is not None:
                    # A debugging proxy or a hostile panel may send the key back; no text of ours is to show it.
                    body = body.replace(secret.encode(), b"[hidden]")
                # The route and not the path, in which text may stand that a person has typed.
                if log.isEnabledFor(logging.DEBUG):
                    log.debug("%s %s: HTTP %s", method, route_of(path), response.status)
                return Answer(response.status, response.headers, body, _is_json(response))
        except aiohttp.ClientConnectorDNSError:
            raise errors.PanelUnreachable("Its name is not known to the network.") from None
        except aiohttp.ClientSSLError:
            self._forget_address()  # what was the panel's may be somebody else's now
            raise errors.PanelUnreachable("Its TLS certificate is not one I can trust.") from None
        except (aiohttp.ConnectionTimeoutError, socket.gaierror):
            self._forget_address()
            raise errors.PanelUnreachable("It did not accept a connection in time.") from None
        except aiohttp.ClientConnectorError:
            self._forget_address()
            raise errors.PanelUnreachable("It refuses connections.") from None
        except TimeoutError:
            raise errors.PanelSlow(f"No complete answer within {within.total:.0f} seconds.") from None
        except (aiohttp.ClientPayloadError, aiohttp.ServerDisconnectedError, ConnectionError):
            raise errors.ConnectionLost(_LOST) from None
        except aiohttp.ClientResponseError:
            raise errors.NotThePanelApi("The answer is not valid HTTP.") from None
        except aiohttp.ClientError:
            raise errors.ConnectionLost(_LOST) from None

    def _forget_address(self) -> None:
        """Let the next request look the panel's name up: it may have moved."""
        connector, host, port = self._session.connector, self.base.host, self.base.port
        if isinstance(connector, aiohttp.TCPConnector) and host and port:
            connector.clear_dns_cache(host, port)


async def _read(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    while chunk := await response.content.readany():
        body += chunk
        if len(body) > MAX_BODY:
            response.close()
            raise errors.NotThePanelApi("The answer is far larger than any that I expect.")
    return bytes(body)


def _is_json(response: aiohttp.ClientResponse) -> bool:
    return response.content_type == "application/json" or response.content_type.endswith("+json")
