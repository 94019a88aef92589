"""The order in which the panel's checks win, from the front door to the endpoint."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.demo.panel import account, activity, allocations, auth, creation, errors, routes, server_list, server_view
from bot.demo.panel.answers import (
    HTML,
    Answer,
    browser_cookies,
    failure,
    login_page,
    redirect,
)
from bot.demo.panel.bodies import MAX_BODY, fields, overridden_method, parse_json
from bot.demo.panel.calls import Call, Chance
from bot.demo.panel.database import Database
from bot.demo.panel.errors import PanelError
from bot.demo.panel.flavours import Traits
from bot.demo.panel.records import Server
from bot.demo.panel.requests import PanelRequest
from bot.demo.panel.state import PanelState
from bot.demo.panel.throttle import Throttle

READS: dict[str, Callable[[Call], Answer]] = {
    "servers": server_list.listing,
    "account": account.account,
    "permissions": account.permissions,
    "keys.list": account.list_keys,
    "server": server_view.view,
    "activity": activity.of_server,
    "account.activity": activity.of_account,
    "allocations.list": allocations.listing,
}
CHANGES: dict[str, Callable[[Call], Awaitable[Answer]]] = {
    "keys.create": account.create_key,
    "keys.delete": account.delete_key,
    "allocations.create": creation.create,
    "allocations.notes": allocations.write_notes,
    "allocations.primary": allocations.set_primary,
    "allocations.delete": allocations.delete,
}
EXEMPT_FROM_TWO_FACTOR = {"account"}
CORS = {"Access-Control-Allow-Origin": "", "Access-Control-Allow-Credentials": "true"}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE, HEAD",
    "Access-Control-Allow-Headers": "",
    "Access-Control-Max-Age": "0",
    "Vary": "Access-Control-Request-Headers, Access-Control-Request-Method",
}
COMMON = {"Cache-Control": "no-cache, private", "X-Powered-By": "PHP/8.2.36"}


class Pipeline:
    """Turns a request into the panel's answer, changing the state it is given."""

    def __init__(self, traits: Traits, chance: Chance, database: Database, throttle: Throttle) -> None:
        self._traits = traits
        self._chance = chance
        self._database = database
        self._throttle = throttle

    async def answer(self, request: PanelRequest, state: PanelState) -> Answer:
        """Answer one request."""
        limits: dict[str, str] = {}
        try:
            answer = await self._serve(request, state, limits)
        except PanelError as error:
            wants_json = request.wants_json
            answer = failure(error, wants_json=wants_json, base_url=request.base_url)
            if error.status == 419:
                answer.cookies = browser_cookies()
        for name, value in {**COMMON, **CORS, **limits}.items():
            answer.headers.setdefault(name, value)
        return answer

    async def _serve(self, request: PanelRequest, state: PanelState, limits: dict[str, str]) -> Answer:
        if state.maintenance is not None:
            if state.maintenance.redirect is not None:
                return redirect(f"{request.base_url}{state.maintenance.redirect}".rstrip("/"))
            raise errors.down(state.maintenance.retry)
        if len(request.body) > MAX_BODY:
            raise errors.too_large()
        if request.raw_path.startswith("//"):
            raise errors.no_route(request.path)
        if not request.path.startswith("api/"):
            return _web_page(request)
        if request.method == "OPTIONS":
            return Answer(204, content_type=HTML, headers=dict(PREFLIGHT))
        method = overridden_method(request)
        # Only the ends of a path are forgiving; a double slash within it is another path.
        match = routes.match(method, request.path)
        if request.is_stateful and method not in {"GET", "HEAD"}:
            raise errors.csrf_mismatch()
        call = self._admit(request, state, match)
        limits.update(self._throttle.hit(f"user {call.user.id}", self._per_minute(state)))
        if call.found_server is not None:
            self._guard(call, call.server, match.route, limits)
        name = match.route.name
        answer = READS[name](call) if name in READS else await CHANGES[name](call)
        if request.is_stateful:
            answer.cookies = browser_cookies()
        return answer

    def _admit(self, request: PanelRequest, state: PanelState, match: routes.Match) -> Call:
        """Run the checks that come before the limiter, and are not counted by it."""
        engine = state.engine or self._traits.engine
        key = auth.authenticate(state, request, engine)
        user = state.users[key.user_id]
        if request.is_json and request.body:
            parse_json(request.body)
        if match.route.name not in EXEMPT_FROM_TWO_FACTOR:
            auth.require_two_factor(state, user)
        auth.require_allowed_ip(state, key, request.client_ip)
        call = Call(request, state, self._traits, self._chance, self._database, user, match.params, fields(request))
        if "server" in match.params:
            call.found_server = state.find_server(match.params["server"], engine)
            if call.found_server is None:
                raise errors.not_found()
        if "allocation" in match.params:
            call.found_allocation = allocations.find(state, call.server, match.params["allocation"])
            if call.found_allocation is None:
                raise errors.not_found()
        auth.require_client_key(key)
        return call

    def _guard(self, call: Call, server: Server, route: routes.Route, limits: dict[str, str]) -> None:
        """Run the checks of a server's endpoints; a create's limiter hides the general one."""
        if not auth.has_access(server, call.user):
            raise errors.not_yours()
        if not route.any_state:
            auth.require_usable(call.state, server)
        if route.name == "allocations.create" and self._traits.creates_per_minute is not None:
            name = f"creates on server {server.id}"
            limits.update(self._throttle.hit(name, self._traits.creates_per_minute))
        if route.permission is not None:
            auth.require(server, call.user, route.permission)

    def _per_minute(self, state: PanelState) -> int:
        override = state.requests_per_minute
        return self._traits.requests_per_minute if override is None else override


def _web_page(request: PanelRequest) -> Answer:
    """Answer for the panel's web page: its sign-in form is what a wrong base URL ends at."""
    if request.path == "auth/login":
        return login_page()
    raise errors.unauthenticated()
