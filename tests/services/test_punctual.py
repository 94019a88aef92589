"""How late an interaction comes is told by comparison; clocks that differ, drift or stand still do no harm."""

from __future__ import annotations

from bot.front.punctual import LATELY, TOO_LATE, Punctual

DAY = 86_400.0


class Lane:
    """Interactions on their way from Discord, whose clock is ahead by some seconds and gains some each second."""

    def __init__(self, *, ahead: float = 0.0, gains: float = 0.0) -> None:
        self.punctual = Punctual()
        self.now = 5_000.0
        self._ahead = ahead
        self._gains = gains

    def told(self, at: float) -> float:
        """Return what Discord's clock shows at a moment of ours."""
        return at + self._ahead + self._gains * at

    def takes(self, seconds: float) -> float:
        """Let an interaction arrive now after so many seconds; return how late it is taken for."""
        return self.punctual.late(self.told(self.now - seconds), at=self.now)

    def passes(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


def test_what_takes_longer_than_the_quickest_is_late_by_the_difference() -> None:
    lane = Lane()

    found = [round(lane.takes(seconds), 3) for seconds in (0.2, 0.1, 0.3, 3.4)]

    assert found == [0, 0, 0.2, 3.3]


def test_how_far_the_clocks_are_apart_does_not_matter() -> None:
    for ahead in (-1e6, -7.0, 0.0, 7.0, 1e6):
        lane = Lane(ahead=ahead)
        lane.takes(0.1)

        assert round(lane.takes(3.5), 3) == 3.4


def test_the_first_of_all_is_late_only_if_discords_clock_was_heard() -> None:
    deaf, hearing = Lane(ahead=42), Lane(ahead=42)
    hearing.punctual.hear(int(hearing.told(hearing.now - 30)), at=hearing.now - 30)

    assert deaf.takes(9) == 0
    assert 8 <= hearing.takes(9) <= 9


def test_a_clock_that_was_heard_wrong_counts_for_one_action_only() -> None:
    lane = Lane()
    lane.punctual.hear(lane.now + 60, at=lane.now)

    assert lane.takes(0.1) > TOO_LATE
    assert lane.takes(0.1) == 0


def test_the_least_of_what_was_heard_counts() -> None:
    lane = Lane()
    for slow in (0.9, 0.1, 0.5):
        lane.punctual.hear(lane.told(lane.now - slow), at=lane.now)

    assert round(lane.takes(3.2), 3) == 3.1


def test_a_burst_of_late_ones_after_a_quiet_day_is_known_as_late() -> None:
    lane = Lane()
    lane.takes(0.1)
    lane.passes(6 * 3600)

    found = [lane.takes(20) for _ in range(100)]

    assert min(found) > TOO_LATE


def test_a_burst_of_any_size_is_late_while_a_punctual_one_is_not_long_ago() -> None:
    lane = Lane()
    lane.takes(0.1)
    lane.passes(LATELY / 2)

    assert min(lane.takes(20) for _ in range(100)) > TOO_LATE


def test_a_way_that_became_longer_for_good_is_the_new_measure_in_the_end() -> None:
    lane = Lane()
    lane.takes(0.1)
    for _ in range(30):
        lane.passes(60)
        last = lane.takes(10)

    assert last < 0.1


def test_clocks_that_drift_apart_make_nothing_late() -> None:
    for gains in (-5e-5, 5e-5):
        lane = Lane(gains=gains)
        worst = 0.0
        for _ in range(60):
            lane.passes(DAY)
            worst = max(worst, lane.takes(0.1))

        assert worst < 0.5


def test_a_first_action_long_after_discords_clock_was_heard_is_not_late_for_that() -> None:
    lane = Lane(gains=-5e-5)
    lane.punctual.hear(lane.told(lane.now), at=lane.now)
    lane.passes(7 * DAY)

    assert lane.takes(0.1) < TOO_LATE


def test_what_is_remembered_stays_small() -> None:
    lane = Lane()
    for number in range(20_000):
        lane.passes(0.5)
        lane.takes(0.1 + (number % 7) / 100)

    assert len(lane.punctual._spans) <= LATELY / 60 + 2
