"""The order in which the panel's checks win, from the front door to the endpoint."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.demo.panel import (
    account,
    activity,
    allocations,
    auth,
    creation,
    errors,
    keys,
    power,
    routes,
    server_list,
    server_view,
)
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
    "permissions": account.every_permission,
    "keys.list": keys.listing,
    "server": server_view.view,
    "activity": activity.of_server,
    "account.activity": activity.of_account,
    "allocations.list": allocations.listing,
}
CHANGES: dict[str, Callable[[Call], Awaitable[Answer]]] = {
    "keys.create": keys.create,
    "keys.delete": keys.delete,
    "allocations.create": creation.create,
    "allocations.notes": allocations.write_notes,
    "allocations.primary": allocations.set_primary,
    "allocations.delete": allocations.delete,
}
ASKED_ON: dict[str, Callable[[Call], Awaitable[Answer]]] = {
    "resources": power.resources,
    "power": power.tell,
}
"""What the panel asks a server's machine for."""
EXEMPT_FROM_TWO_FACTOR = {"account"}
CORS = {"Access-Control-Allow-Origin": "", "Access-Control-Allow-Credentials": "true"}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE, HEAD",
    "Access-Control-Allow-Headers": "",
    "Access-Control-Max-Age": "0",
    "Vary": "Access-Control-Request-Headers, Access-Control-Request-Method",
}
COMMON = {"Cache-Control": "no-cache, private"}


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
            wants_json, login = request.wants_json, self._traits.login
            answer = failure(error, wants_json=wants_json, base_url=request.base_url, login=login)
            if error.status in {401, 419} and request.is_stateful(self._traits.session):
                answer.cookies = browser_cookies(self._traits.session)
        if answer.content_type == HTML:
            answer.content_type = self._traits.html
        for name, value in {**COMMON, **CORS, "X-Powered-By": f"PHP/{self._traits.php}", **limits}.items():
            answer.headers.setdefault(name, value)
        return answer

    async def _serve(self, request: PanelRequest, state: PanelState, limits: dict[str, str]) -> Answer:
        if state.maintenance is not None:
            if state.maintenance.redirect is not None and self._traits.maintenance_redirects:
                return redirect(f"{request.base_url}{state.maintenance.redirect}".rstrip("/"))
            raise errors.down(state.maintenance.retry)
        if len(request.body) > MAX_BODY:
            raise errors.too_large()
        if request.raw_path.startswith("//"):
            raise errors.no_route(request.path)
        if not request.path.startswith("api/"):
            return self._web_page(request)
        if request.method == "OPTIONS":
            if self._traits.answers_preflight:
                return Answer(204, content_type=HTML, headers=dict(PREFLIGHT))
            return Answer(200, content_type=HTML, headers={"Allow": ",".join(routes.verbs(request.path))})
        method = overridden_method(request)
        # Only the ends of a path are forgiving; a double slash within it is another path.
        match = routes.match(method, request.path)
        stateful = request.is_stateful(self._traits.session)
        if stateful and method not in {"GET", "HEAD"}:
            raise errors.csrf_mismatch()
        call = self._admit(request, state, match)
        limits.update(self._throttle.hit(f"user {call.user.id}", self._per_minute(state)))
        if call.found_server is not None:
            self._guard(call, call.server, match.route, limits)
        name = match.route.name
        answer = READS[name](call) if name in READS else await (CHANGES.get(name) or ASKED_ON[name])(call)
        if stateful:
            answer.cookies = browser_cookies(self._traits.session)
        return answer

    def _admit(self, request: PanelRequest, state: PanelState, match: routes.Match) -> Call:
        """Run the checks that come before the limiter, and are not counted by it."""
        traits = self._traits
        engine = state.engine or traits.engine
        key = auth.authenticate(state, request, engine, scheme_has_case=traits.scheme_has_case)
        user = state.users[key.user_id]
        if request.is_json and request.body:
            parse_json(request.body)
        if traits.enforces_two_factor and match.route.name not in EXEMPT_FROM_TWO_FACTOR:
            auth.require_two_factor(state, user)
        if traits.address_is_checked_first:
            auth.require_allowed_ip(state, key, request.client_ip)
        read = fields(request, invisible=traits.trims_invisible)
        call = Call(request, state, traits, self._chance, self._database, user, match.params, read)
        if "server" in match.params:
            call.found_server = state.find_server(match.params["server"], engine)
            if call.found_server is None:
                raise errors.not_found()
        if "allocation" in match.params:
            call.found_allocation = allocations.find(state, call.server, match.params["allocation"], engine)
            if call.found_allocation is None:
                raise errors.not_found()
        if not traits.address_is_checked_first:
            auth.require_allowed_ip(state, key, request.client_ip)
        auth.require_client_key(key)
        return call

    def _guard(self, call: Call, server: Server, route: routes.Route, limits: dict[str, str]) -> None:
        """Run the checks of a server's endpoints; a create's limiter hides the general one."""
        if not auth.has_access(server, call.user):
            raise errors.not_yours()
        if not route.any_state:
            auth.require_usable(call.state, self._traits, server)
        creates = self._traits.creates_per_minute
        if route.name == "allocations.create" and creates is not None:
            name = f"creates on server {server.id}"
            limits.update(self._throttle.hit(name, call.state.creates_per_minute or creates))
        if route.permission is not None:
            auth.require(server, call.user, route.permission)

    def _per_minute(self, state: PanelState) -> int:
        override = state.requests_per_minute
        return self._traits.requests_per_minute if override is None else override

    def _web_page(self, request: PanelRequest) -> Answer:
        """Answer for the panel's web page: its sign-in form is what a wrong base URL ends at."""
        if request.path == self._traits.login:
            return login_page(self._traits.session)
        if self._traits.unknown_pages_need_a_login or not request.path:
            raise errors.unauthenticated()
        raise errors.no_route(request.path)
