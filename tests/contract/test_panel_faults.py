"""Each fault does what it says, to the client and to what is true on the panel afterwards."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest

from bot.demo.panel import Fault, Faults

from .clients import Client, client

Queue = Callable[[Faults], Fault]


@pytest.fixture
async def bot(caplog: pytest.LogCaptureFixture) -> AsyncIterator[Client]:
    """Yield a client; whatever is done to it, the panel itself must not stumble."""
    async with client() as made:
        yield made
    assert [record for record in caplog.records if record.name.startswith("aiohttp")] == []


ANSWERS: dict[str, tuple[Queue, int, str, bool]] = {
    "a bare answer": (lambda f: f.answer(418, "tea"), 418, "application/json", False),
    "an applied answer": (lambda f: f.answer(500, "", apply=True), 500, "application/json", True),
    "nginx 502": (lambda f: f.html_bad_gateway(), 502, "text/html; charset=utf-8", False),
    "nginx 504": (lambda f: f.gateway_timeout_after_apply(), 504, "text/html; charset=utf-8", True),
    "cloudflare": (lambda f: f.cloudflare(), 522, "text/html; charset=UTF-8", False),
    "maintenance": (lambda f: f.maintenance(), 503, "application/json", False),
    "login": (lambda f: f.redirect_to_login(), 302, "text/html; charset=UTF-8", False),
    "429": (lambda f: f.rate_limited(7), 429, "application/json", False),
    "empty": (lambda f: f.empty_body(), 200, "application/json", False),
    "malformed": (lambda f: f.malformed_json(), 200, "application/json", False),
    "wrong shape": (lambda f: f.wrong_shape(), 200, "application/json", False),
}


@pytest.mark.parametrize("name", ANSWERS)
async def test_an_answer_is_given_once_and_applied_only_if_it_says_so(bot: Client, name: str) -> None:
    queue, status, content_type, applied = ANSWERS[name]
    queue(bot.panel.faults)

    got = await bot.ask("DELETE", "+/2")

    assert (got.status, got.headers["Content-Type"]) == (status, content_type)
    assert bot.rows() == ([1] if applied else [1, 2])
    assert (await bot.ask("GET")).status == 200


@pytest.mark.parametrize("status", [520, 521, 522, 523, 524, 530])
async def test_cloudflare_pages_are_html_with_its_own_status(bot: Client, status: int) -> None:
    bot.panel.faults.cloudflare(status)

    got = await bot.ask("GET")

    assert got.status == status
    assert got.headers["Server"] == "cloudflare"
    assert got.body.startswith(b"<!DOCTYPE html>")


@pytest.mark.parametrize("seconds", [None, 0, 30])
async def test_retry_after_is_sent_only_when_given(bot: Client, seconds: int | None) -> None:
    bot.panel.faults.rate_limited(seconds)
    bot.panel.faults.maintenance(seconds)
    expected = None if seconds is None else str(seconds)

    limited, down = await bot.ask("GET"), await bot.ask("GET")

    assert (limited.status, limited.code) == (429, "ThrottleRequestsException")
    assert (down.status, down.code) == (503, "HttpException")
    assert limited.headers.get("Retry-After") == down.headers.get("Retry-After") == expected


async def test_a_client_that_follows_the_login_redirect_sees_a_success(bot: Client) -> None:
    bot.panel.faults.redirect_to_login()

    async with bot.session.delete(bot.url("+/2")) as response:
        assert (response.status, response.content_type) == (200, "text/html")
    assert bot.rows() == [1, 2]


async def test_a_truncated_answer_is_half_of_the_real_one_with_the_length_of_the_half(bot: Client) -> None:
    whole = await bot.ask("GET")
    bot.panel.faults.truncated_json()

    cut = await bot.ask("GET")

    assert cut.status == 200
    assert cut.body == whole.body[: len(whole.body) // 2]
    assert cut.headers["Content-Length"] == str(len(cut.body))
    with pytest.raises(json.JSONDecodeError):
        _ = cut.document


async def test_a_malformed_answer_is_no_json_and_a_wrong_shape_is(bot: Client) -> None:
    bot.panel.faults.malformed_json()
    bot.panel.faults.wrong_shape()

    with pytest.raises(json.JSONDecodeError):
        _ = (await bot.ask("GET")).document
    assert not isinstance((await bot.ask("GET")).document["data"], list)


async def test_a_huge_body_announces_no_length(bot: Client) -> None:
    bot.panel.faults.huge_body(megabytes=2)

    got = await bot.ask("GET")

    assert "Content-Length" not in got.headers
    assert len(got.body) > 2 * 1024 * 1024


async def test_a_client_may_hang_up_on_a_huge_body(bot: Client) -> None:
    bot.panel.faults.huge_body()

    async with bot.session.get(bot.url("+")) as response:
        assert len(await response.content.readexactly(1000)) == 1000
        response.close()

    assert (await bot.ask("GET")).status == 200


async def test_a_dripping_answer_is_the_real_one_in_the_end(bot: Client) -> None:
    whole = await bot.ask("GET")
    bot.panel.faults.drip(0)

    assert (await bot.ask("GET")).body == whole.body


async def test_stopping_cuts_a_dripping_answer_off(bot: Client) -> None:
    bot.panel.faults.drip(3600)

    async with asyncio.timeout(5), bot.session.get(bot.url("/api/client/account"), headers=_key(bot)) as response:
        assert await response.content.readexactly(1) == b"{"
        await bot.panel.stop()
        with pytest.raises(aiohttp.ClientPayloadError):
            await response.read()


@pytest.mark.parametrize("applied", [False, True])
async def test_a_reset_connection_hides_whether_the_change_was_made(bot: Client, applied: bool) -> None:
    faults = bot.panel.faults
    fault = faults.reset_after() if applied else faults.reset_before()

    with pytest.raises(aiohttp.ClientConnectionError):
        await bot.ask("POST", "+/2/primary")

    assert fault.times == 0
    assert bot.server.primary_id == (2 if applied else 1)
    assert bot.panel.requests[-1].status is None


async def test_aiohttp_itself_repeats_a_delete_whose_connection_was_cut(bot: Client) -> None:
    bot.panel.faults.reset_after()

    got = await bot.ask("DELETE", "+/2")

    assert [entry.status for entry in bot.panel.requests] == [None, 404]
    assert got.status == 404
    assert bot.rows() == [1]


async def test_a_lie_reports_changes_that_were_not_made(bot: Client) -> None:
    bot.panel.faults.lies(times=None)

    created = await bot.ask("POST")
    deleted = await bot.ask("DELETE", "+/2")
    noted = await bot.ask("POST", "+/1", json={"notes": "x"})

    assert (created.status, deleted.status, noted.status) == (200, 204, 200)
    assert noted.document["attributes"]["notes"] == "x"
    assert bot.rows() == [1, 2]
    assert bot.panel.state.allocations[1].notes is None


async def test_a_lie_refuses_what_the_panel_would_refuse(bot: Client) -> None:
    bot.panel.faults.lies()

    assert (await bot.ask("DELETE", "+/1")).status == 400


@pytest.mark.parametrize("before_apply", [True, False])
async def test_a_held_request_waits_before_or_after_its_change(bot: Client, before_apply: bool) -> None:
    hold = bot.panel.faults.hold(before_apply=before_apply, method="DELETE")
    task = asyncio.create_task(bot.ask("DELETE", "+/2"))

    await hold.arrived.wait()
    while_held = bot.rows()
    others = await bot.ask("GET")
    hold.release()

    assert while_held == ([1, 2] if before_apply else [1])
    assert others.status == 200
    assert (await task).status == 204
    assert bot.rows() == [1]


async def test_what_changes_while_a_request_is_held_counts_when_it_goes_on(bot: Client) -> None:
    hold = bot.panel.faults.hold()
    task = asyncio.create_task(bot.ask("DELETE", "+/2"))

    await hold.arrived.wait()
    bot.server.primary_id = 2  # somebody on the web panel was faster
    hold.release()

    assert (await task).status == 400


async def test_stopping_ends_promptly_with_a_request_held(bot: Client) -> None:
    hold = bot.panel.faults.hold()
    task = asyncio.create_task(bot.ask("DELETE", "+/2"))
    await hold.arrived.wait()

    async with asyncio.timeout(5):
        await bot.panel.stop()
        with pytest.raises(aiohttp.ClientConnectionError):
            await task

    assert bot.rows() == [1, 2]


async def test_clearing_lets_held_requests_go_on_and_forgets_the_rest(bot: Client) -> None:
    hold = bot.panel.faults.hold()
    bot.panel.faults.html_bad_gateway(times=None)
    task = asyncio.create_task(bot.ask("GET"))
    await hold.arrived.wait()

    bot.panel.faults.clear()

    assert (await task).status == 200
    assert (await bot.ask("GET")).status == 200


async def test_a_fault_is_for_the_requests_it_names(bot: Client) -> None:
    bot.panel.faults.answer(500, method="POST", path="*/network/allocations/*/primary")

    others = [await bot.ask("GET"), await bot.ask("POST", "+/1", json={"notes": "x"})]
    hit, later = await bot.ask("POST", "+/2/primary"), await bot.ask("POST", "+/2/primary")

    assert [got.status for got in others] == [200, 200]
    assert (hit.status, later.status) == (500, 200)


async def test_faults_are_taken_in_order_and_as_often_as_they_say(bot: Client) -> None:
    bot.panel.faults.answer(501, times=2)
    lasting = bot.panel.faults.answer(502, times=None)

    statuses = [(await bot.ask("GET")).status for _ in range(4)]
    bot.panel.faults.remove(lasting)

    assert statuses == [501, 501, 502, 502]
    assert (await bot.ask("GET")).status == 200


async def test_every_request_is_recorded_with_what_was_answered(bot: Client) -> None:
    await bot.ask("POST", "+/1?x=1", json={"notes": "hello"})
    await bot.ask("GET", "/api/client/nowhere", headers={"Authorization": "nonsense"})

    first, second = bot.panel.requests
    assert (first.method, first.key, first.status, first.body) == ("POST", bot.key, 200, b'{"notes": "hello"}')
    assert first.path.endswith("/network/allocations/1?x=1")
    assert (second.key, second.status) == (None, 404)
    assert bot.panel.requests.count(method="POST") == bot.panel.requests.count(path_contains="nowhere") == 1
    bot.panel.requests.clear()
    assert len(bot.panel.requests) == 0


def _key(bot: Client) -> dict[str, str]:
    return {"Authorization": f"Bearer {bot.key}"}
