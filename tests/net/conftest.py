"""What goes for every game that is asked in these tests, good or hostile."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def no_bug_is_hidden(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test in which asking ended with an error that nobody took: a stranger's answer may raise anything."""
    yield
    gc.collect()
    said = [record.getMessage() for when in ("call", "teardown") for record in caplog.get_records(when)]
    assert [words for words in said if "never retrieved" in words] == []
