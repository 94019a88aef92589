"""Whatever answers in the panel's place: a model or an exception with words for the person, nothing else."""

from __future__ import annotations

import contextlib
import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from bot.panel import errors, wire
from bot.panel.answers import About, to_error
from bot.panel.throttle import LONGEST, Throttle
from bot.ui.errors import Around, of_error
from bot.ui.ports import manage
from tests.property.discord_rules import SITE, check_screen, structure
from tests.property.strategies import OWNER, hostile

NOW = 1_767_268_800.0
CODES = (
    *("DisplayException", "AutoAllocationNotEnabledException", "NoAutoAllocationSpaceAvailableException"),
    *("PortOutOfRangeException", "TwoFactorAuthRequiredException", "NotFoundHttpException", "ValidationException"),
)
DETAILS = (
    *("limit has been reached", "no allocation limit is set", "cannot delete the primary allocation"),
    *("This IP address (203.0.113.9) does not", "This IP address (`@everyone`) does not", "The route api/x"),
    *("application API key", "does not exist on this server"),
)
details = st.builds(lambda known, more: known + more, st.sampled_from(("", *DETAILS)), hostile)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | hostile,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(
    status=st.integers(300, 599),
    code=st.sampled_from(CODES) | hostile,
    detail=details,
    about=st.sampled_from(About),
    retry_at=st.none() | st.floats(0, 4e9),
)
async def test_every_refusal_has_a_meaning_that_can_be_shown(
    status: int, code: str, detail: str, about: About, retry_at: float | None
) -> None:
    body = json.dumps({"errors": [{"code": code, "status": str(status), "detail": detail}]}).encode()

    refusal = to_error(status, body, permission="allocation.create", about=about, retry_at=retry_at)

    assert isinstance(refusal, errors.PanelError)
    embed, _ = check_screen(of_error(refusal, Around(OWNER, SITE)))
    assert set(structure(embed["description"])) <= {"line end", "code", "**", "<t:", "</l", "</a", "</s", "</u"}
    assert status < 500 or refusal.panel_words is None


@given(status=st.integers(300, 599), body=st.binary(max_size=200) | json_values.map(lambda v: json.dumps(v).encode()))
def test_a_body_that_is_no_refusal_still_has_a_meaning(status: int, body: bytes) -> None:
    refusal = to_error(status, body, permission=None, about=About.SERVER, retry_at=None)

    assert isinstance(refusal, errors.PanelError)
    assert refusal.title
    assert refusal.advice


ALLOCATION = {
    "object": "allocation",
    "attributes": {"id": 1, "ip": "203.0.113.7", "ip_alias": None, "port": 25565, "notes": None, "is_default": True},
}
SERVER = {
    "object": "server",
    "attributes": {
        "server_owner": True,
        "identifier": "5e000001",
        "uuid": "5e000001-0000-4000-8000-000000000001",
        "name": "Survival",
        "node": "node1",
        "is_node_under_maintenance": False,
        "feature_limits": {"allocations": 5, "databases": 0},
        "status": None,
        "is_suspended": False,
        "is_installing": False,
        "is_transferring": False,
        "relationships": {"allocations": {"object": "list", "data": [ALLOCATION]}},
    },
    "meta": {"is_server_owner": True, "user_permissions": ["*"]},
}
DOCUMENTS: dict[type[BaseModel], dict[str, Any]] = {
    wire.AllocationObject: ALLOCATION,
    wire.AllocationList: {"object": "list", "data": [ALLOCATION]},
    wire.ServerObject: SERVER,
    wire.ServerList: {
        "object": "list",
        "data": [SERVER],
        "meta": {"pagination": {"current_page": 1, "total_pages": 1}},
    },
    wire.AccountObject: {"object": "user", "attributes": {"id": 2, "username": "owner"}},
}


def _places(document: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    below: Any = ()
    if isinstance(document, dict | list):
        below = document.items() if isinstance(document, dict) else enumerate(document)
    return [path, *(place for key, value in below for place in _places(value, (*path, key)))]


@st.composite
def spoiled(draw: st.DrawFn) -> tuple[type[BaseModel], bytes]:
    """Draw one of the panel's documents with something in it replaced or left out."""
    model = draw(st.sampled_from(list(DOCUMENTS)))
    document = deepcopy(DOCUMENTS[model])
    *path, last = draw(st.sampled_from(_places(document)[1:]))
    inside: Any = document
    for key in path:
        inside = inside[key]
    if isinstance(inside, dict) and draw(st.booleans()):
        del inside[last]
    else:
        inside[last] = draw(json_values)
    return model, json.dumps(document).encode()


@given(drawn=spoiled())
async def test_an_answer_of_the_wrong_shape_is_refused_or_can_be_shown(drawn: tuple[type[BaseModel], bytes]) -> None:
    model, body = drawn
    try:
        answer = model.model_validate_json(body)
    except ValidationError:
        return

    if isinstance(answer, wire.ServerObject):
        check_screen(manage.panel(answer.to_domain(), owner=OWNER))
    elif isinstance(answer, wire.ServerList):
        for item in answer.data:
            check_screen(manage.panel(item.to_domain(), owner=OWNER))
    elif isinstance(answer, wire.AllocationList):
        assert len(answer.to_domain()) == len(answer.data)
    elif isinstance(answer, wire.AllocationObject):
        assert answer.attributes.to_domain().port in range(65536)
    elif isinstance(answer, wire.AccountObject):
        number = answer.to_domain().id
        assert number is None or 0 <= number < 2**63


@pytest.mark.parametrize("number", [10**18, 2**53, 10**400, -1, 0, 1.5, "x"])
@pytest.mark.parametrize("model", [wire.AllocationObject, wire.AccountObject])
def test_an_id_that_no_panel_has_is_the_wrong_shape(model: type[BaseModel], number: Any) -> None:
    document = deepcopy(DOCUMENTS[model])
    document["attributes"]["id"] = number

    with pytest.raises(ValidationError):
        model.model_validate_json(json.dumps(document))


headers = st.dictionaries(
    st.sampled_from(["Retry-After", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"]),
    st.integers(-(10**15), 10**15).map(str)
    | st.sampled_from(["", "soon", "Fri, 31 Dec 2100 23:59:59 GMT", "Fri, 31 Dec 9999 23:59:59 -2359", "0", "60"])
    | st.from_regex(r"[A-Z][a-z]{2}, \d{1,3} [A-Z][a-z]{2} \d{1,6} \d{1,3}:\d\d:\d\d ([+-]\d{1,9}|GMT)", fullmatch=True)
    | st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20),
)


@given(
    seen=st.lists(
        st.tuples(st.sampled_from([200, 204, 403, 429, 503]), headers, st.none() | st.just("5e000001"), st.booleans()),
        max_size=5,
    )
)
def test_no_header_of_a_limit_breaks_anything_or_holds_for_longer_than_an_hour(
    seen: list[tuple[int, dict[str, str], str | None, bool]],
) -> None:
    clock = [0.0]
    throttle = Throttle(now=lambda: NOW, elapsed=lambda: clock[0])

    for status, given_headers, creates_on, by_panel in seen:
        try:
            told = throttle.learn("key:1", status, given_headers, creates_on=creates_on, by_panel=by_panel)
        except errors.RateLimited as refusal:
            told = refusal.retry_at
            assert status == 429
        else:
            assert status != 429
        assert told is None or NOW <= told <= NOW + LONGEST

    with contextlib.suppress(errors.RateLimited):
        throttle.check("key:1", creates_on="5e000001")
    throttle.check("key:2", creates_on="5e000001")
    clock[0] = LONGEST + 1
    throttle.check("key:1", creates_on="5e000001")
