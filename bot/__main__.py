"""The command line: `python -m bot [run | demo | check | backup | restore | move | rotate-key | health]`.

Exit codes: 0 for a clean end, 2 for a configuration that must be changed first (do not restart), 130 where Ctrl-C cut
it short, 1 otherwise.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # imported late, so that `demo` needs no settings
    from bot.settings import Settings

OK, FAILED, MISCONFIGURED, INTERRUPTED = 0, 1, 2, 130
_OF_THE_DEMO = ("simcord", "multidict", "dns", "mcstatus", "a2s")
"""What its extra brings."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="Berth, a Discord bot for panel allocations")
    commands = parser.add_subparsers(dest="command", metavar="command")
    commands.add_parser("run", help="run the bot (the default)")
    demo = commands.add_parser("demo", help="the real bot against a simulated Discord and panel, in your browser")
    demo.add_argument("--tour", action="store_true", help="play a scripted visit and print it; needs no browser")
    demo.add_argument("--port", type=int, default=0, help="port of the demo page; any free one by default")
    commands.add_parser("check", help="verify settings, database, panel and token without changing anything")
    backup = commands.add_parser("backup", help="write the database to a new file; the bot may be running")
    backup.add_argument("file", type=Path, metavar="FILE", help="a file that is not there yet")
    restore = commands.add_parser("restore", help="put a backup in the place of the database; the bot must be stopped")
    restore.add_argument("file", type=Path, metavar="FILE", help="what `backup` has written")
    moving = commands.add_parser("move", help="copy everything to another database; the bot must be stopped")
    moving.add_argument("--from", required=True, metavar="URL", dest="source", help="as DATABASE_URL is now")
    moving.add_argument("--to", required=True, metavar="URL", dest="target", help="as it will be; it holds nothing yet")
    rotate = commands.add_parser("rotate-key", help="encrypt every link under a new key; the bot may be running")
    rotate.add_argument("--drop-old", action="store_true", help="then take the old keys out of the key file")
    commands.add_parser("health", help="tell whether the running bot is connected; also by the exit code")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return the exit code."""
    chosen = _parser().parse_args(arguments)
    try:
        from bot.uncaught import tell_uncaught

        tell_uncaught()
        code = _demo(chosen) if chosen.command == "demo" else _done(chosen)
        sys.stdout.flush()  # not as late as at the end of the process, where nothing catches what comes of it
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        if chosen.command in (None, "run"):  # which prints nothing, so that it is of something else
            raise
        # Whoever read the lines has gone, and what is left of them goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    return code


def _done(chosen: argparse.Namespace) -> int:
    """Run what goes by the settings."""
    from bot.settings import SettingsError

    try:
        if chosen.command == "check":
            from bot.operator.check import check
            from bot.watch.looking import look_at_place

            return asyncio.run(check(look_at_place))
        if chosen.command == "health":
            return _health()
        if chosen.command == "backup":
            return _backup(chosen.file)
        if chosen.command == "restore":
            return _restore(chosen.file)
        if chosen.command == "move":
            return _move(chosen.source, chosen.target)
        if chosen.command == "rotate-key":
            return _rotate(drop_old=chosen.drop_old)
        return _run()
    except SettingsError as problem:
        for line in problem.args:
            _print_trouble(line)
        return MISCONFIGURED


def _print_trouble(line: str) -> None:
    print(f"berth: {line}", file=sys.stderr)


def _run() -> int:
    from bot.log import set_up
    from bot.operator.needed import settings_to_run
    from bot.settings import ENV_FILE, SettingsError
    from bot.watchsettings import asks_for_json

    formatter: logging.Formatter | None = None
    tell: Callable[[str], None] = _print_trouble
    # Before anything is said, so that all of it is of that form.
    if asks_for_json(ENV_FILE):
        from bot.jsonlog import RedactingJson

        formatter, tell = RedactingJson(), logging.getLogger("bot").critical
    set_up("INFO", formatter)
    try:
        settings = settings_to_run()
    except SettingsError as problem:
        for line in problem.args:
            tell(line)
        return MISCONFIGURED
    set_up(settings.log_level, formatter)
    return _run_with(settings, tell)


def _run_with(settings: Settings, tell: Callable[[str], None]) -> int:
    from bot.app import run
    from bot.operator.start import StartFailed, StartRefused
    from bot.store.errors import DatabaseFailed, StoreError

    try:
        asyncio.run(run(settings))
    except (StoreError, StartRefused) as problem:
        tell(str(problem))
        return MISCONFIGURED
    except StartFailed as problem:
        tell(str(problem))
        return FAILED
    except DatabaseFailed as problem:
        tell(f"the database failed: {problem}")
        return FAILED
    return OK


def _health() -> int:
    from bot.operator.health import judge
    from bot.operator.nearby import ask as ask_nearby
    from bot.operator.readiness import ask, name_of
    from bot.settings import load_database_url, load_metrics_place, load_shard_settings
    from bot.store.address import file_of, is_postgres
    from bot.store.errors import StoreError

    try:
        url, place = load_database_url(), load_metrics_place()
        file = file_of(url)
        if place is not None:
            verdict = ask(*place, name_of(url, *load_shard_settings()))
        elif is_postgres(url):
            verdict = ask_nearby(name_of(url, *load_shard_settings()))
        else:
            verdict = judge(file)
    except StoreError as problem:
        print(f"berth: {problem}", file=sys.stderr)
        return MISCONFIGURED
    print(verdict)
    return OK if verdict.healthy else FAILED


def _backup(file: Path) -> int:
    from bot.operator.backup import backup
    from bot.settings import read_settings

    # Whatever else is missing there: it is the database's address that counts, and where its key is.
    return _told(lambda: backup(read_settings().settings, file), if_interrupted="no backup was written")


def _restore(file: Path) -> int:
    from bot.operator.restore import restore
    from bot.settings import read_settings

    return _told(lambda: restore(read_settings().settings, file), if_interrupted="nothing was restored")


def _move(source: str, target: str) -> int:
    from bot.operator.move import move
    from bot.settings import read_settings

    return _told(lambda: move(read_settings().settings, source, target), if_interrupted="nothing was moved")


def _rotate(*, drop_old: bool) -> int:
    from bot.operator.needed import settings_to_rotate
    from bot.operator.rotate import rotate

    return _told(
        lambda: asyncio.run(rotate(settings_to_rotate(), drop_old=drop_old)),
        if_interrupted="every link still opens, run rotate-key again",
    )


def _told(work: Callable[[], list[str]], *, if_interrupted: str) -> int:
    """Print what came of it, a line each, or the one line that says why nothing did; return the exit code."""
    from bot.operator.rotate import RotationInterrupted
    from bot.store.errors import DatabaseFailed, StoreError

    try:
        lines = work()
    except KeyboardInterrupt:
        print(f"berth: interrupted; {if_interrupted}", file=sys.stderr)
        return INTERRUPTED
    except (RotationInterrupted, DatabaseFailed) as problem:
        print(f"berth: {problem}", file=sys.stderr)
        return FAILED
    except StoreError as problem:
        print(f"berth: {problem}", file=sys.stderr)
        return MISCONFIGURED
    print("\n".join(lines))
    return OK


def _demo(chosen: argparse.Namespace) -> int:
    if any(find_spec(library) is None for library in _OF_THE_DEMO):
        print("berth: the demo needs its extra: pip install '.[demo]'", file=sys.stderr)
        return MISCONFIGURED
    from bot.demo.page import PortTaken
    from bot.demo.run import run_demo, run_tour

    try:
        return asyncio.run(run_tour() if chosen.tour else run_demo(port=chosen.port))
    except PortTaken as problem:
        print(f"berth: {problem}", file=sys.stderr)
        return FAILED


if __name__ == "__main__":
    sys.exit(main())
