"""What the log formatter takes out: everything shaped like a panel key, a bot token or an interaction token."""

from __future__ import annotations

import logging
import re
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.log import RedactingFormatter, redact

SOME_KEY = "ptlc_Zk3vQ9xT1bYwLr7NfHc2JdMs8GpAe5UoXi0VtBnWyKz4"[:48]
SOME_TOKEN = "MTQ1NjA3NDQ0Mzk4MDgwMDAxMg.GqX7bZ.k3vQ9xT1bYwLr7NfHc2JdMs8GpAe5UoXi0VtBn"

keys = st.from_regex(r"(?:ptlc|ptla|pacc|papp|peli|plcn)_[0-9A-Za-z]{11,60}", fullmatch=True)
tokens = st.from_regex(re.compile(r"[\w-]{24,28}\.[\w-]{6,7}\.[\w-]{27,45}", re.ASCII), fullmatch=True)


@settings(deadline=None)
@given(st.text(), keys, st.text())
def test_a_key_never_survives_whatever_stands_around_it(before: str, key: str, after: str) -> None:
    assert key[5:] not in redact(before + key + after)


@settings(deadline=None)
@given(st.text(), tokens, st.text())
def test_a_token_never_survives_whatever_stands_around_it(before: str, token: str, after: str) -> None:
    assert token.rpartition(".")[2] not in redact(before + token + after)


@settings(deadline=None)
@given(st.text(), st.lists(st.one_of(keys, tokens), min_size=1, max_size=5))
def test_several_secrets_in_one_line_all_go(between: str, secrets: list[str]) -> None:
    line = f" {between} ".join(secrets)

    assert not [secret for secret in secrets if secret in redact(line)]


@settings(deadline=None)
@given(st.one_of(st.text(), keys, tokens))
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    assert redact(redact(text)) == redact(text)


@pytest.mark.parametrize(
    "line",
    [
        "{}",
        "key={}",
        "'{}'",
        '{{"key": "{}"}}',
        "https://panel.example.com/?key={}&x=1",
        "{}\nnext line",
        "a{}",
        "Authorization: Bearer {}",
        "headers={{'Authorization': 'Bearer {}'}}",
        "ApiKey('{}')",
    ],
)
@pytest.mark.parametrize("secret", [SOME_KEY, SOME_TOKEN])
def test_a_secret_goes_in_every_place_a_log_line_has_for_it(line: str, secret: str) -> None:
    assert secret[-27:] not in redact(line.format(secret))


@pytest.mark.parametrize(
    "line",
    [
        "POST https://discord.com/api/v10/interactions/1456074443980800012/aW50ZXJhY3Rpb246dG9rZW4tdG9rZW4/callback",
        "PATCH https://discord.com/api/v10/webhooks/1456074443980800012/aW50ZXJhY3Rpb246dG9rZW4tdG9rZW4/messages/@original",
    ],
)
def test_an_interaction_token_in_a_path_goes(line: str) -> None:
    assert "aW50ZXJhY3Rpb246dG9rZW4tdG9rZW4" not in redact(line)


def test_a_header_value_goes_even_if_it_has_no_known_shape() -> None:
    assert redact("Authorization: Bearer something-else entirely") == "Authorization: Bearer [hidden] entirely"


@pytest.mark.parametrize(
    "line",
    [
        "Ready as Berth#0001, 1 shard(s)",
        "Deleted 12 changes from the record: older than 90 days, or too many",
        "Interaction 1456074443980800012: PanelUnreachable",
        "Database schema: 0002, was empty",
        "the database file /var/lib/berth.d/data.v2/berth.db cannot be written",
    ],
)
def test_ordinary_lines_stay_as_they_are(line: str) -> None:
    assert redact(line) == line


def test_secrets_go_from_arguments_and_tracebacks_too() -> None:
    formatter = RedactingFormatter("%(message)s")
    try:
        raise ValueError(f"rejected {SOME_KEY}") from KeyError(SOME_TOKEN)
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed with %r", (SOME_KEY,), sys.exc_info())

    text = formatter.format(record)

    assert "failed with '[hidden]'" in text
    assert "ValueError: rejected [hidden]" in text
    assert SOME_KEY[5:] not in text
    assert SOME_TOKEN[-27:] not in text
