"""Who may import whom: the rules keep the decisions free of Discord, HTTP and SQL, and the simulation independent."""

from __future__ import annotations

import pytest

from tests.architecture.source import Module, below, modules

MAY_USE: dict[str, set[str]] = {
    "bot.nextstep": set(),
    "bot.errors": {"bot.nextstep"},
    "bot.domain": {"bot.domain", "bot.errors", "bot.nextstep"},
    "bot.panel": {"bot.panel", "bot.domain", "bot.errors", "bot.nextstep", "bot.observer", "bot.__version__"},
    "bot.store": {"bot.store", "bot.domain", "bot.errors", "bot.observer"},
    "bot.net": {"bot.net", "bot.domain", "bot.errors"},
    "bot.services": {
        *("bot.services", "bot.domain", "bot.errors", "bot.nextstep"),
        *("bot.panel.errors", "bot.panel.key_errors", "bot.panel.daemon_errors"),
    },
    "bot.ui": {"bot.ui", "bot.services", "bot.domain", "bot.errors", "bot.nextstep", "bot.__version__"},
    "bot.front.work": {"bot.errors", "bot.domain.together"},
    "bot.log": set(),
    "bot.operator.health": set(),
    "bot.settings": {"bot.addresses", "bot.shards", "bot.watchsettings"},
    "bot.addresses": set(),
    "bot.observer": set(),
    "bot.watchsettings": set(),
    "bot.watch": {"bot.watch", "bot.operator.readiness", "bot.operator.start", "bot.store.errors", "bot.__version__"},
    "bot.shards": set(),
    "bot.demo.panel": {"bot.demo.panel"},
    "bot.demo.games": {"bot.demo.games"},
}
"""Which parts of ours a part may import; what is not listed is a place where parts meet."""

ONLY_IN: dict[str, tuple[str, ...]] = {
    "discord": ("bot.app", "bot.cogs", "bot.demo", "bot.front", "bot.ui"),
    "aiohttp": (
        *("bot.demo", "bot.front.connection", "bot.front.punctual"),
        *("bot.operator.token", "bot.panel", "bot.ui.answer.courier", "bot.watch.listener", "bot.wiring.panel"),
    ),
    "sqlalchemy": ("bot.store",),
    "sqlite3": ("bot.store",),
    "alembic": ("bot.store",),
    "cryptography": ("bot.store",),
    "tenacity": ("bot.panel", "bot.ui.answer.courier"),
    "pydantic": ("bot.operator.token", "bot.panel", "bot.settings", "bot.watchsettings"),
    "pydantic_settings": ("bot.settings", "bot.watchsettings"),
    "prometheus_client": ("bot.watch.numbers",),
    "pythonjsonlogger": ("bot.jsonlog",),
    "simcord": ("bot.__main__", "bot.demo"),
    "bot.demo": ("bot.__main__", "bot.demo"),
    "argparse": ("bot.__main__",),
    "mcstatus": ("bot.net.bedrock", "bot.net.java"),
    "a2s": ("bot.net.source",),
    # Imported where it is used, so that without the extra nothing of it is.
    "bot.net.asking": ("bot.wiring.games",),
    "bot.net.answers": ("bot.net.resolver",),
    "bot.net.resolver": ("bot.demo.naming", "bot.net.lookups"),
    "dns": ("bot.demo.nameserver", "bot.net.answers", "bot.net.resolver"),
    "bot.panel.client": ("bot.demo.stage", "bot.operator.check", "bot.panel", "bot.wiring.panel"),
    "bot.panel.transport": ("bot.demo.stage", "bot.operator.check", "bot.panel", "bot.wiring.panel"),
    "bot.panel.wire": ("bot.panel",),
}
"""Where alone a library, or a part of ours, may be imported.

`ui.courier` knows aiohttp by name because discord.py lets a broken connection through as it is, `front.punctual`
because it takes what listens to its HTTP answers in aiohttp's own form.
"""


def ours(module: Module) -> set[str]:
    """Return what a module imports of the bot."""
    return {name for name in module.imports if name.startswith("bot.")}


@pytest.mark.parametrize("part", MAY_USE)
def test_a_part_imports_only_what_it_may(part: str) -> None:
    for module in below(part):
        strangers = {
            name
            for name in ours(module)
            if not any(name == allowed or name.startswith(f"{allowed}.") for allowed in MAY_USE[part])
        }
        assert not strangers, f"{module.name} imports {sorted(strangers)}"


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_stays_in_its_place(library: str) -> None:
    places = {module.name for module in below(*ONLY_IN[library])}

    users = {module.name for module in modules() if module.uses(library)}

    assert users
    assert not users - places


def test_every_part_that_has_rules_exists() -> None:
    for part in MAY_USE:
        assert below(part), part


def test_the_simulated_panel_is_an_independent_reading_of_the_api() -> None:
    for module in below("bot.demo.panel"):
        assert not {name for name in ours(module) if not name.startswith("bot.demo.panel")}, module.name


def test_nothing_is_imported_relatively_or_wholesale() -> None:
    for module in modules():
        assert not [name for name in module.imports if name.endswith(".*")], module.name


def test_parts_do_not_reach_into_each_others_privates() -> None:
    for module in modules():
        private = {
            name
            for name in ours(module)
            if any(piece.startswith("_") and not piece.startswith("__") for piece in name.split("."))
        }
        assert not private, f"{module.name} imports {sorted(private)}"
