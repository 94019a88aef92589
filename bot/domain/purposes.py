"""What ports are for, and where a game takes the number: the usual notes, the protocol, the file and the lines in it.

Data, with the source of each place. A port is an allocation of its own: none of these may share the game's, apart from
the query, which has a port number of its own in every case here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

PORT = "{port}"
"""Stands for the number in a place's lines."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one program takes its port: the file, from the server's root, and what is to be in it."""

    program: str
    files: tuple[str, ...]
    """The same file where it is a plugin, and where it is a mod."""
    lines: str
    """With PORT for the number; indentation as the file wants it."""
    source: str


@dataclass(frozen=True, slots=True)
class Purpose:
    """Something that a port is used for."""

    name: str
    notes: str
    """What people usually write into the notes for it."""
    protocol: Literal["TCP", "UDP"]
    words: tuple[str, ...]
    """By which notes name it, in lower case."""
    places: tuple[Place, ...] = ()


BEDROCK = Purpose(
    "bedrock",
    "Bedrock (Geyser)",
    "UDP",
    ("bedrock", "geyser", "geysermc", "crossplay"),
    (
        Place(
            "Geyser",
            (
                "plugins/Geyser-Spigot/config.yml",
                "plugins/Geyser-Velocity/config.yml",
                "plugins/Geyser-BungeeCord/config.yml",
                "config/Geyser-Fabric/config.yml",
            ),
            "bedrock:\n  port: {port}",
            "https://geysermc.org/wiki/geyser/port-forwarding/",
        ),
    ),
)
VOICE = Purpose(
    "voice",
    "voice chat",
    "UDP",
    ("voice", "voicechat", "simple voice chat"),
    (
        Place(
            "Simple Voice Chat",
            ("plugins/voicechat/voicechat-server.properties", "config/voicechat/voicechat-server.properties"),
            "port={port}",
            "https://modrepo.de/minecraft/voicechat/wiki/server_setup_self_hosted",
        ),
    ),
)
MAP = Purpose(
    "map",
    "web map",
    "TCP",
    ("map", "webmap", "dynmap", "bluemap", "squaremap"),
    (
        Place(
            "Dynmap",
            ("plugins/dynmap/configuration.txt", "dynmap/configuration.txt"),
            "webserver-port: {port}",
            "https://github.com/webbukkit/dynmap/wiki/Base-Plugin-Settings",
        ),
        Place(
            "BlueMap",
            ("plugins/BlueMap/webserver.conf", "config/bluemap/webserver.conf"),
            "port: {port}",
            "https://bluemap.bluecolored.de/wiki/configs/Webserver.html",
        ),
        Place(
            "squaremap",
            ("plugins/squaremap/config.yml", "squaremap/config.yml"),
            "settings:\n  internal-webserver:\n    port: {port}",
            "https://github.com/jpenilla/squaremap/wiki/Internal-vs-External-Web-Server",
        ),
    ),
)
QUERY = Purpose(
    "query",
    "query",
    "UDP",
    ("query", "gamespy"),
    (
        Place(
            "Minecraft",
            ("server.properties",),
            "enable-query=true\nquery.port={port}",
            "https://minecraft.wiki/w/Server.properties",
        ),
    ),
)
RCON = Purpose(
    "rcon",
    "RCON",
    "TCP",
    ("rcon", "remote console"),
    (
        Place(
            "Minecraft",
            ("server.properties",),
            "enable-rcon=true\nrcon.port={port}",
            "https://minecraft.wiki/w/Server.properties",
        ),
    ),
)
VOTES = Purpose(
    "votes",
    "votes",
    "TCP",
    ("vote", "votes", "votifier", "nuvotifier", "voting"),
    (
        Place(
            "NuVotifier",
            ("plugins/Votifier/config.yml",),
            "port: {port}",
            "https://github.com/NuVotifier/NuVotifier/wiki/Setup-Guide",
        ),
        Place(
            "NuVotifier on Velocity",
            ("plugins/nuvotifier/config.toml",),
            "port = {port}",
            "https://github.com/NuVotifier/NuVotifier/wiki/Setup-Guide",
        ),
    ),
)
PLAN = Purpose(
    "plan",
    "Plan",
    "TCP",
    ("plan", "player analytics", "analytics", "statistics"),
    (
        Place(
            "Plan",
            ("plugins/Plan/config.yml",),
            "Webserver:\n  Port: {port}",
            "https://github.com/plan-player-analytics/Plan/wiki/Plan-Configuration",
        ),
    ),
)
PROXY = Purpose("proxy", "proxy", "TCP", ("proxy", "velocity", "bungee", "bungeecord", "waterfall"))
"""A proxy listens on its primary; the servers behind it are reached from the inside."""

PURPOSES = (BEDROCK, VOICE, MAP, QUERY, RCON, VOTES, PLAN, PROXY)
"""All, in the order in which they are offered and looked for."""
_FOUND = tuple(
    (purpose, re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(word) for word in purpose.words)})(?!\w)"))
    for purpose in PURPOSES
)


def purposes_in(notes: str | None) -> tuple[Purpose, ...]:
    """Return what notes name as a port's purpose, in the order of `PURPOSES`; none where they name nothing known."""
    text = (notes or "").casefold()
    return tuple(purpose for purpose, words in _FOUND if words.search(text)) if text else ()


def lines_for(place: Place, port: int) -> str:
    """Return the lines to write, with the number in them."""
    return place.lines.replace(PORT, str(port))
