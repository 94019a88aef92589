"""What the privacy page and its two short forms say is stored of a person is all that is."""

from __future__ import annotations

import re

from bot.settings import Settings
from tests.documents import PRIVACY, README
from tests.stage import Stage
from tests.tables import read_tables, tables


def test_the_privacy_page_speaks_of_every_column_about_a_person() -> None:
    speaks_of = {
        "links.user_id": "Your Discord user id",
        "links.panel_origin": "Which panel the key belongs to",
        "links.panel_user_id": "user id",
        "links.panel_username": "Your panel user name",
        "links.sealed_key": "Your panel API key, encrypted",
        "links.masked_key": "The key's masked form",
        "links.linked_at": "When you linked",
        "links.last_used_at": "last used",
        "links.last_server": "The identifier of the server you used last",
        "links.own_description": "its name on the panel, which has your Discord name in it",
        "links.own_allowed_ips": "the addresses it works from",
        "links.pasted_masked": "The masked form of the key you pasted before that",
        "links.pasted_mark": "a mark by which the panel's list tells it from others",
        "intents.user_id": "Your Discord user id",
        "intents.panel_origin": "Which panel the key belongs to",
        "intents.description": "the name of that key",
        "intents.begun_at": "since when",
        "intents.sealed_key": "the key with which it can do so, encrypted",
        "links.is_admin": "whether you are an administrator of the panel",
        "changes.id": "A record of your changes",
        "changes.user_id": "Your Discord user id",
        "changes.at": "when",
        "changes.server": "identifier",
        "changes.server_name": "name",
        "changes.verb": "A record of your changes",
        "changes.allocation_id": "which allocation (id",
        "changes.address": "address",
        "changes.before": "what was there before",
        "changes.after": "after (notes, primary)",
        "changes.outcome": "the outcome",
        "names.panel": "which panel and server",
        "names.server": "which panel and server",
        "names.host": "the name with its port",
        "names.port": "the name with its port",
        "names.user_id": "The names that you gave servers for players to type",
        "names.at": "and when",
        "plans.id": "Several ports that you asked for at once",
        "plans.user_id": "Your Discord user id",
        "plans.at": "when",
        "plans.server": "identifier",
        "plans.server_name": "name",
        "plans.items": "their notes, and of each whether it was added, its id and address",
    }
    about_people = {
        f"{table}.{column}" for table, columns in tables().items() if "user_id" in columns for column in columns
    }

    assert about_people == set(speaks_of)
    for words in speaks_of.values():
        assert words in PRIVACY
    assert f"{Settings.model_fields['history_days'].default} days" in PRIVACY


IN_SHORT = {
    r"links\.user_id": r"Discord id",
    r"links\.panel_origin": r"\bpanel, panel user name|address of \S+,",
    r"links\.panel_(?:user_id|username)": r"user name and id",
    r"links\.is_admin": r"administ(?:rator|er)",
    r"links\.sealed_key": r"API key \(encrypted",
    r"links\.masked_key": r"its masked form|its first and last characters",
    r"links\.(?:linked_at|last_used_at)": r"when it was linked and last used|when you linked, when and for which",
    r"links\.last_server": r"the server last used|for which server you used me last",
    r"links\.own_description": r"what it is called",
    r"links\.own_allowed_ips": r"which addresses it works from",
    r"links\.pasted_\w+": r"pasted before it(?:: its|, the first).* and a mark to find it by",
    r"intents\.\w+": r"until it is deleted there also since when, and a key to delete it with \(encrypted\)",
    r"names\.\w+": r"the names (?:you gave|given) for players to type",
    r"changes\.\w+": r"For a limited time.* a record of",
    r"plans\.\w+": r"For a limited time.* several ports asked for at once",
    r"texts\.\w+": r"For a limited time.* texts",
}
"""How the two shorter accounts of what is stored of a person speak of the columns, by the names of these."""


async def test_what_is_stored_is_told_in_short_without_leaving_anything_out(stage: Stage) -> None:
    readme = " ".join(README.split("**What is stored**")[1].split("\n\n")[0].split())
    ours = (await stage.person("ann").run("help")).text.split("**Privacy**")[1]
    about_people = [
        f"{table}.{column}"
        for table, columns in (await read_tables()).items()
        if "user_id" in columns
        for column in columns
    ]

    for column in about_people:
        (words,) = [words for name, words in IN_SHORT.items() if re.fullmatch(name, column)]
        assert re.search(words, readme), column
        assert re.search(words, ours), column
