"""What ports are for, and where a game takes the number: the usual notes, the protocol, the file and the lines in it.

Data alone, with the source of each place. The game's own port is taken by the game: a place that may have the same
number all the same says where that is written, and any other needs an allocation of its own.
"""

from __future__ import annotations

from bot.domain.places import Place, Purpose

_AT_VELOCITY = ("velocity", "proxy")
_AT_BUNGEECORD = ("bungeecord", "bungee cord", "bungee", "waterfall", "proxy")
_BEDROCK = ("bedrock", "geyser", "geysermc", "geyser mc")
_GEYSER = "https://github.com/GeyserMC/GeyserWebsite/blob/master/wiki/geyser"


def _geyser(
    where: str, *files: str, page: str = "port-forwarding.md", words: tuple[str, ...] = (), at: tuple[str, ...] = ()
) -> Place:
    return Place(
        f"Geyser{where}",
        files,
        "bedrock:\n  port: {port}",
        f"{_GEYSER}/{page}",
        words=words,
        at=at,
        shares="https://github.com/GeyserMC/Geyser/issues/2451",
    )


BEDROCK = Purpose(
    "bedrock",
    "Bedrock (Geyser)",
    "UDP",
    _BEDROCK,
    (
        _geyser(
            "",
            *("plugins/Geyser-Spigot/config.yml", "plugins/Geyser-Velocity/config.yml"),
            *("plugins/Geyser-BungeeCord/config.yml", "config/Geyser-Fabric/config.yml"),
            "config/Geyser-NeoForge/config.yml",
            page="packs.md",
            words=(*_BEDROCK, "crossplay"),
        ),
        _geyser(
            " on Spigot or Paper",
            "plugins/Geyser-Spigot/config.yml",
            page="setup/self/paper-spigot.mdx",
            at=("spigot", "paper", "papermc", "purpur"),
        ),
        _geyser(
            " on Velocity",
            "plugins/Geyser-Velocity/config.yml",
            page="setup/self/proxy-servers.mdx",
            at=_AT_VELOCITY,
        ),
        _geyser(
            " on BungeeCord",
            "plugins/Geyser-BungeeCord/config.yml",
            page="setup/self/proxy-servers.mdx",
            at=_AT_BUNGEECORD,
        ),
        _geyser(" on Fabric", "config/Geyser-Fabric/config.yml", page="setup/self/modded-servers.mdx", at=("fabric",)),
        _geyser(
            " on NeoForge",
            "config/Geyser-NeoForge/config.yml",
            page="setup/self/modded-servers.mdx",
            at=("neoforge", "neo forge"),
        ),
        # A program of its own, beside the game or on a server of its own: the file is in the folder it is started in.
        _geyser(" Standalone", "config.yml", page="setup/self/standalone.mdx", at=("standalone", "stand alone")),
        _geyser(
            " on ViaProxy", "plugins/Geyser/config.yml", page="setup/self/viaproxy.mdx", at=("viaproxy", "via proxy")
        ),
    ),
    alone=("crossplay",),
    beside=("players", "spieler", "joueurs", "jugadores"),
    unless=("dedicated", "bds", "nukkit", "pocketmine", "powernukkitx"),
)
_VOICE = (
    *("voicechat", "voice chat", "sprachchat", "sprach chat"),
    *("chat vocal", "tchat vocal", "chat vocale", "chat de voz", "proximity chat"),
)
_VOICE_ALONE = ("voice", "svc", "vocal", "voz")
VOICE = Purpose(
    "voice",
    "voice chat",
    "UDP",
    _VOICE,
    (
        Place(
            "Simple Voice Chat",
            ("plugins/voicechat/voicechat-server.properties", "config/voicechat/voicechat-server.properties"),
            "port={port}",
            "https://modrepo.de/minecraft/voicechat/wiki/server_setup_self_hosted",
            words=(*_VOICE, *_VOICE_ALONE),
        ),
        Place(
            "Simple Voice Chat on a proxy",
            ("plugins/voicechat/voicechat-proxy.properties",),
            "port={port}",
            "https://modrepo.de/minecraft/voicechat/wiki/proxy_config",
            at=("velocity", *_AT_BUNGEECORD),
            shares="https://modrepo.de/minecraft/voicechat/wiki/proxy_config",
        ),
    ),
    alone=_VOICE_ALONE,
    beside=("simple", "proximity", "ingame", "in", "game", "server", "mod", "2"),
    unless=("plasmo", "plasmovoice", "discord", "gvc"),
)
MAP = Purpose(
    "map",
    "web map",
    "TCP",
    (
        *("dynmap", "dyn map", "bluemap", "blue map", "squaremap", "square map"),
        *("webmap", "web map", "livemap", "live map", "online map"),
        *("webkarte", "web karte", "livekarte", "live karte", "onlinekarte", "online karte"),
        *("carte web", "carte en ligne", "carte interactive", "mapa web", "mapa online", "mappa web"),
    ),
    (
        Place(
            "Dynmap",
            ("plugins/dynmap/configuration.txt", "dynmap/configuration.txt"),
            "webserver-port: {port}",
            "https://github.com/webbukkit/dynmap/wiki/Base-Plugin-Settings",
            ("dynmap", "dyn map"),
        ),
        Place(
            "BlueMap",
            ("plugins/BlueMap/webserver.conf", "config/bluemap/webserver.conf"),
            "port: {port}",
            "https://bluemap.bluecolored.de/wiki/configs/Webserver.html",
            ("bluemap", "blue map"),
        ),
        Place(
            "squaremap",
            ("plugins/squaremap/config.yml", "squaremap/config.yml"),
            "settings:\n  internal-webserver:\n    port: {port}",
            "https://github.com/jpenilla/squaremap/wiki/Internal-vs-External-Web-Server",
            ("squaremap", "square map"),
        ),
    ),
    alone=("map", "karte", "carte", "mapa", "mappa"),
    beside=("the", "die", "la", "el", "server", "web", "browser", "website", "webserver", "3d", "http", "https"),
    unless=("pl3xmap", "plexmap", "journeymap", "xaero", "xaeros", "overviewer"),
)
QUERY = Purpose(
    "query",
    "query",
    "UDP",
    ("gamespy", "enable query", "query port"),
    (
        Place(
            "Minecraft",
            ("server.properties",),
            "enable-query=true\nquery.port={port}",
            "https://minecraft.wiki/w/Server.properties",
            shares="https://minecraft.wiki/w/Server.properties",
        ),
    ),
    alone=("query",),
    beside=("server", "status", "serverlist", "list", "lists", "rcon"),
    unless=("steam", "sql", "mysql", "database"),
)
RCON = Purpose(
    "rcon",
    "RCON",
    "TCP",
    ("rcon", "remote console", "fernkonsole", "console distante", "consola remota"),
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
    ("votifier", "nuvotifier", "nu votifier", "vote listener", "vote sites", "voting sites"),
    (
        Place(
            "NuVotifier",
            ("plugins/Votifier/config.yml",),
            "port: {port}",
            "https://github.com/NuVotifier/NuVotifier/wiki/Setup-Guide",
            words=("votifier", "nuvotifier", "nu votifier"),
        ),
        Place(
            "NuVotifier on Velocity",
            ("plugins/nuvotifier/config.toml",),
            "port = {port}",
            "https://github.com/NuVotifier/NuVotifier/wiki/Setup-Guide",
            at=_AT_VELOCITY,
        ),
        Place(
            "NuVotifier on BungeeCord",
            ("plugins/NuVotifier/config.yml",),
            "port: {port}",
            "https://github.com/NuVotifier/NuVotifier/blob/master/bungeecord/src/main/resources/bungee.yml",
            at=_AT_BUNGEECORD,
        ),
    ),
    alone=("vote", "votes", "voting", "votos"),
    beside=("from", "site", "sites", "server", "receiver", "rewards", "reward", "the"),
)
_PLAN_SOURCE = "https://github.com/plan-player-analytics/Plan/blob/master/Plan"
_PLAN = ("player analytics", "plan analytics", "plan plugin", "plugin plan", "plan webserver")
PLAN = Purpose(
    "plan",
    "Plan",
    "TCP",
    _PLAN,
    (
        Place(
            "Plan",
            ("plugins/Plan/config.yml",),
            "Webserver:\n  Port: {port}",
            "https://github.com/plan-player-analytics/Plan/wiki/Plan-Configuration",
            words=(*_PLAN, "plan"),
        ),
        Place(
            "Plan on Velocity",
            ("plugins/plan/config.yml",),
            "Webserver:\n  Port: {port}",
            # Velocity names a plugin's folder after its id, which is in lower case there.
            f"{_PLAN_SOURCE}/velocity/src/main/java/com/djrapitops/plan/PlanVelocity.java",
            at=_AT_VELOCITY,
        ),
        Place(
            "Plan on BungeeCord",
            ("plugins/Plan/config.yml",),
            "Webserver:\n  Port: {port}",
            f"{_PLAN_SOURCE}/common/src/main/resources/assets/plan/bungeeconfig.yml",
            at=_AT_BUNGEECORD,
        ),
    ),
    alone=("plan",),
    whole=True,
)
PROXY = Purpose(
    "proxy",
    "proxy",
    "TCP",
    ("bungeecord", "bungee cord"),
    alone=("proxy", "velocity", "bungee", "waterfall"),
    beside=("the", "der", "le", "el", "main", "server", "public", "behind", "hinter", "network", "netzwerk", "2"),
    unless=("reverse", "nginx", "traefik", "caddy", "haproxy", "tcpshield"),
)
"""A proxy listens on its primary; the servers behind it are reached from the inside."""

PURPOSES = (BEDROCK, VOICE, MAP, QUERY, RCON, VOTES, PLAN, PROXY)
"""All, in the order in which they are offered and looked for."""
