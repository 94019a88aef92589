"""One person's actions are let in up to a bound, which ends with its time however the clock is turned."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack

import pytest

from bot.errors import Busy, Restarting
from bot.front.work import AT_ONCE, PER_WINDOW, WINDOW, Work

ANN, BOB = 1, 2
NOON = 1_767_268_800.0


class Clock:
    """The time of day, as a test sets it."""

    def __init__(self) -> None:
        self.time = NOON

    def __call__(self) -> float:
        """Return the time."""
        return self.time


@pytest.fixture
def clock() -> Clock:
    """Return a clock at noon."""
    return Clock()


@pytest.fixture
def work(clock: Clock) -> Work:
    """Return work on that clock."""
    return Work(now=clock)


def use_up(work: Work, person: int) -> Busy:
    """Let as many actions in as there may be; return the refusal of the next."""
    for _ in range(PER_WINDOW):
        work.admit(person)
    with pytest.raises(Busy) as caught:
        work.admit(person)
    return caught.value


def test_the_sixty_first_action_is_refused_until_the_window_ends(work: Work, clock: Clock) -> None:
    refusal = use_up(work, ANN)
    clock.time += WINDOW - 0.1
    with pytest.raises(Busy):
        work.admit(ANN)
    work.admit(BOB)

    assert refusal.retry_at == NOON + WINDOW
    clock.time = NOON + WINDOW
    assert use_up(work, ANN).retry_at == NOON + 2 * WINDOW


@pytest.mark.parametrize("seconds", [0.5, 3600.0, 1e9])
def test_a_clock_that_is_set_back_keeps_nobody_waiting_for_it_to_catch_up(
    work: Work, clock: Clock, seconds: float
) -> None:
    use_up(work, ANN)
    clock.time -= seconds

    assert use_up(work, ANN).retry_at == NOON - seconds + WINDOW


async def test_a_sixth_action_at_once_is_refused_and_one_that_ended_makes_room(work: Work) -> None:
    with ExitStack() as others:
        for _ in range(AT_ONCE - 1):
            work.admit(ANN)
            others.enter_context(work.piece(ANN))
        work.admit(ANN)
        with work.piece(ANN):
            with pytest.raises(Busy) as caught:
                work.admit(ANN)
            work.admit(BOB)
        work.admit(ANN)

    assert caught.value.retry_at == NOON + 2


def test_an_interaction_is_taken_once(work: Work) -> None:
    assert [work.first_time(number) for number in (1, 2, 1, 2, 3)] == [True, True, False, False, True]


async def test_while_draining_nothing_is_let_in_and_what_is_under_way_is_waited_for(work: Work) -> None:
    go_on = asyncio.Event()

    async def action() -> None:
        with work.piece(ANN):
            await go_on.wait()

    task = asyncio.create_task(action())
    await asyncio.sleep(0)
    soon = await work.drain(0)
    with pytest.raises(Restarting):
        work.admit(BOB)
    go_on.set()

    assert not soon
    assert await work.drain(10)
    assert task.done()
    assert not work.interrupted


async def test_what_is_interrupted_ends_as_cancelled(work: Work) -> None:
    async def action() -> None:
        with work.piece(ANN):
            await asyncio.Event().wait()

    task = asyncio.create_task(action())
    await asyncio.sleep(0)

    quiet = await work.interrupt(10)

    assert quiet
    assert work.interrupted
    assert task.cancelled()


async def test_a_stop_waits_for_what_has_arrived_and_is_not_let_in_yet(work: Work) -> None:
    claimed = asyncio.Event()
    done: list[str] = []

    async def arriving() -> None:
        work.arrive()
        await claimed.wait()
        with work.piece(ANN):
            await asyncio.sleep(0)
            done.append("answered")

    task = asyncio.create_task(arriving())
    await asyncio.sleep(0)
    stop = asyncio.create_task(work.drain(5))
    await asyncio.sleep(0)
    assert not stop.done()
    claimed.set()

    assert await stop
    assert done == ["answered"]
    await task


def test_a_person_is_held_to_the_bounds_over_all_processes(work: Work) -> None:
    work.check_lately(PER_WINDOW)
    work.check_under_way(ANN, elsewhere=AT_ONCE - 1)

    with pytest.raises(Busy):
        work.check_lately(PER_WINDOW + 1)
    with pytest.raises(Busy):
        work.check_under_way(ANN, elsewhere=AT_ONCE)


@pytest.mark.parametrize("before", [True, False], ids=["just before the stop", "during the stop"])
async def test_what_begins_aside_at_a_stop_says_its_last_word_and_is_not_waited_for(
    work: Work, *, before: bool
) -> None:
    told = []
    going_on = asyncio.Event()

    async def follow() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            told.append("stopped")
            raise

    async def answer() -> None:
        with work.piece(ANN):
            await going_on.wait()
            work.aside(follow())

    answering = asyncio.create_task(answer())
    await asyncio.sleep(0)
    if before:
        work.aside(follow())
    stop = asyncio.create_task(work.drain(60))
    await asyncio.sleep(0)
    going_on.set()

    assert await asyncio.wait_for(stop, 5)
    assert told == ["stopped"] * (2 if before else 1)
    await answering
