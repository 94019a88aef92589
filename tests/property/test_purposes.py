"""The data on what ports are for: complete, of the right form, and found by what people write into notes."""

from __future__ import annotations

import ast
import inspect
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from yarl import URL

from bot.domain import purposes
from bot.domain.meant import places_in, purposes_in
from bot.domain.models import Allocation
from bot.domain.places import PORT, Place, Purpose, lines_for
from bot.domain.purposes import PURPOSES, VOTES
from bot.ui.ports.purposes import LABELS, game_lines
from tests.property.strategies import hostile

PLACES = {f"{purpose.name}, {place.program}": place for purpose in PURPOSES for place in purpose.places}
VOTES_HERE = "plugins/Votifier/config.yml"
VOTES_AT_VELOCITY, VOTES_AT_BUNGEECORD = "plugins/nuvotifier/config.toml", "plugins/NuVotifier/config.yml"
WRITTEN = {
    # What each is usually called, by its own name or by the program's.
    "voice chat": ["voice"],
    "Simple Voice Chat": ["voice"],
    "voice_chat (24454/udp)": ["voice"],
    "voice": ["voice"],
    "SVC port": ["voice"],
    "🎤 Voice": ["voice"],
    "🎙️voice 🗺️map": ["voice", "map"],
    "Voice - Ann asked for it": ["voice"],
    "Geyser": ["bedrock"],
    "geyser/bedrock": ["bedrock"],
    "BEDROCK port (Geyser)": ["bedrock"],
    "Bedrock-Spieler 📱": ["bedrock"],
    "Geyser on Velocity": ["bedrock"],
    "crossplay": ["bedrock"],
    "Dynmap": ["map"],
    "**Dynmap** (see `config.yml`)": ["map"],
    "bluemap web": ["map"],
    "Blue Map": ["map"],
    "web map": ["map"],
    "map": ["map"],
    "map 8123": ["map"],
    "🗺️ Map (http://203.0.113.7:8123)": ["map"],
    "query": ["query"],
    "query.port=25566": ["query"],
    "query + rcon": ["query", "rcon"],
    "query rcon": ["query", "rcon"],
    "voice plus rcon": ["voice", "rcon"],
    "RCON!! do not delete": ["rcon"],
    "do not remove rcon": ["rcon"],
    "𝐑𝐂𝐎𝐍": ["rcon"],
    "remote console": ["rcon"],
    "votifier": ["votes"],
    "votifier 8192": ["votes"],
    "Votifier8192": ["votes"],
    "vote rewards": ["votes"],
    "NuVotifier on Velocity": ["votes"],
    "proxy for votes": ["votes"],
    "map and votes": ["map", "votes"],
    "Plan": ["plan"],
    "Plan port: 8804": ["plan"],
    "Plan (Player Analytics)": ["plan"],
    "rcon, plan": ["rcon", "plan"],
    "Velocity": ["proxy"],
    "main proxy": ["proxy"],
    "Proxy (Velocity)": ["proxy"],
    "behind BungeeCord": ["proxy"],
    # The same in German, French, Spanish and Italian.
    "Sprachchat": ["voice"],
    "Sprach-Chat für alle": ["voice"],
    "Karte": ["map"],
    "Webkarte und Votes": ["map", "votes"],
    "chat vocal": ["voice"],
    "carte web": ["map"],
    "carte en ligne et votes": ["map", "votes"],
    "port pour rcon": ["rcon"],
    "mapa web": ["map"],
    "chat de voz": ["voice"],
    "puerto para votos": ["votes"],
    "mappa web": ["map"],
    # Words that mean something else here.
    "backup plan": [],
    "plan b": [],
    "Plan (B)": [],
    "new plan: move to the other node": [],
    "server plan": [],
    "Notfallplan": [],
    "plan de secours": [],
    "planet": [],
    "statistics": [],
    "Statistik-Server": [],
    "web analytics": [],
    "map of the world": [],
    "new map": [],
    "skyblock map 2": [],
    "map vote": [],
    "carte bancaire": [],
    "map.example.org": [],
    "mapping": [],
    "invoice": [],
    "voice actor": [],
    "voice of the people": [],
    "high velocity minigame": [],
    "bungee jump arena": [],
    "nginx reverse proxy": [],
    "vote for the new mayor": [],
    "MySQL query cache": [],
    "the other one": [],
    "🎉🎉": [],
    "": [],
    # Programs of which no lines are known here, and other games.
    "Plasmo Voice": [],
    "discord voice chat bot": [],
    "TeamSpeak voice chat": [],
    "Pl3xMap web map": [],
    "Bedrock Dedicated Server": [],
    "steam query": [],
    "ARK rcon": [],
    # What the port is not for.
    "no rcon": [],
    "no longer for Geyser": [],
    "free, was dynmap": [],
    "kein Voicechat": [],
    "votifier, not bluemap": ["votes"],
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_a_place_has_a_file_a_line_with_the_number_and_a_source(place: Place) -> None:
    assert place.lines.count(PORT) == 1
    assert PORT not in lines_for(place, 25577)
    assert "25577" in lines_for(place, 25577)
    assert place.files
    for file in place.files:
        assert not PurePosixPath(file).is_absolute()
        assert PurePosixPath(file).suffix in (".yml", ".properties", ".txt", ".conf", ".toml")
    assert URL(place.source).scheme == "https"


def test_only_what_takes_udp_shares_the_games_port_and_the_source_of_that_is_named() -> None:
    sharing = {
        place.program: (purpose.protocol, URL(place.shares).scheme)
        for purpose in PURPOSES
        for place in purpose.places
        if place.shares
    }

    assert {program.removeprefix("Geyser on ") for program in sharing} == {
        *("Geyser", "Spigot or Paper", "Velocity", "BungeeCord", "Fabric", "NeoForge", "Geyser Standalone", "ViaProxy"),
        *("Simple Voice Chat on a proxy", "Minecraft"),
    }
    assert set(sharing.values()) == {("UDP", "https")}


def test_the_file_with_what_ports_are_for_holds_data_and_no_decisions() -> None:
    tree = ast.parse(inspect.getsource(purposes))
    decisions = [node for node in ast.walk(tree) if isinstance(node, ast.If | ast.For | ast.While | ast.ClassDef)]

    assert decisions == []
    assert len(PLACES) > 15


def test_only_a_proxy_has_no_line_to_write() -> None:
    assert [purpose.name for purpose in PURPOSES if not purpose.places] == ["proxy"]


@pytest.mark.parametrize("purpose", PURPOSES, ids=lambda purpose: purpose.name)
def test_the_usual_notes_name_their_own_purpose_alone(purpose: Purpose) -> None:
    assert purposes_in(purpose.notes) == (purpose,)
    assert purpose.name in LABELS


def test_no_word_names_two_purposes() -> None:
    words = [word for purpose in PURPOSES for word in (*purpose.words, *purpose.alone)]

    assert len(words) == len(set(words))
    assert words == [word.casefold() for word in words]


@pytest.mark.parametrize("notes", WRITTEN)
def test_what_people_write_is_understood(notes: str) -> None:
    assert [purpose.name for purpose in purposes_in(notes)] == WRITTEN[notes]


@pytest.mark.parametrize(
    ("notes", "files"),
    [
        ("votes", [VOTES_HERE, VOTES_AT_VELOCITY, VOTES_AT_BUNGEECORD]),
        ("NuVotifier", [VOTES_HERE]),
        ("NuVotifier on Velocity", [VOTES_AT_VELOCITY]),
        ("velocity votes", [VOTES_AT_VELOCITY]),
        ("nuvotifier (bungee)", [VOTES_AT_BUNGEECORD]),
        ("proxy for votes", [VOTES_AT_VELOCITY, VOTES_AT_BUNGEECORD]),
    ],
)
def test_where_the_program_runs_decides_which_of_its_files_is_told(notes: str, files: list[str]) -> None:
    assert [place.files[0] for place in places_in(notes, VOTES)] == files


@given(notes=hostile)
def test_no_notes_break_the_lines_to_write(notes: str) -> None:
    lines = game_lines(Allocation(1, "203.0.113.7", None, 25577, notes, is_primary=False))

    text = "\n".join(lines)
    assert text.count("```") % 2 == 0
    assert len(text) < 1500
