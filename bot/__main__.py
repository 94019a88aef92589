"""The command line: `python -m bot [run | demo | check | rotate-key | health]`.

Exit codes: 0 for a clean end, 2 for a configuration that must be changed first (do not restart), 1 otherwise.
"""

from __future__ import annotations

import argparse
import asyncio
import sys

OK, FAILED, MISCONFIGURED = 0, 1, 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="Berth, a Discord bot for panel allocations")
    commands = parser.add_subparsers(dest="command", metavar="command")
    commands.add_parser("run", help="run the bot (the default)")
    demo = commands.add_parser("demo", help="the real bot against a simulated Discord and panel, in your browser")
    demo.add_argument("--tour", action="store_true", help="play a scripted visit and print it; needs no browser")
    demo.add_argument("--port", type=int, default=0, help="port of the demo page; any free one by default")
    commands.add_parser("check", help="verify settings, database, panel and token without changing anything")
    rotate = commands.add_parser("rotate-key", help="encrypt every link under a new key; the bot may be running")
    rotate.add_argument("--drop-old", action="store_true", help="then take the old keys out of the key file")
    commands.add_parser("health", help="tell whether the running bot is connected; also by the exit code")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return the exit code."""
    chosen = _parser().parse_args(arguments)
    if chosen.command == "demo":
        return _demo(chosen)
    from bot.settings import SettingsError, load_settings

    try:
        if chosen.command == "check":
            from bot.operator.check import check

            return asyncio.run(check())
        if chosen.command == "health":
            return _health()
        if chosen.command == "rotate-key":
            return _rotate(drop_old=chosen.drop_old)
        from bot.log import set_up

        set_up("INFO")
        settings = load_settings()
        set_up(settings.log_level)
        return _run(settings)
    except SettingsError as problem:
        print(f"berth: {problem}", file=sys.stderr)
        return MISCONFIGURED
    except KeyboardInterrupt:
        return OK


def _run(settings: object) -> int:
    from bot.app import run
    from bot.operator.start import StartFailed, StartRefused
    from bot.settings import Settings
    from bot.store.errors import DatabaseFailed, StoreError

    assert isinstance(settings, Settings)  # noqa: S101 - imported late so that `demo` needs no settings
    try:
        asyncio.run(run(settings))
    except (StoreError, StartRefused) as problem:
        print(f"berth: {problem}", file=sys.stderr)
        return MISCONFIGURED
    except StartFailed as problem:
        print(f"berth: {problem}", file=sys.stderr)
        return FAILED
    except DatabaseFailed as problem:
        print(f"berth: the database failed: {problem}", file=sys.stderr)
        return FAILED
    return OK


def _health() -> int:
    from bot.operator.health import judge
    from bot.settings import load_database_url
    from bot.store.address import file_of
    from bot.store.errors import StoreError

    try:
        verdict = judge(file_of(load_database_url()))
    except StoreError as problem:
        print(f"berth: {problem}", file=sys.stderr)
        return MISCONFIGURED
    print(verdict)
    return OK if verdict.healthy else FAILED


def _rotate(*, drop_old: bool) -> int:
    from bot.operator.rotate import RotationInterrupted, rotate
    from bot.settings import load_settings
    from bot.store.errors import StoreError

    try:
        lines = asyncio.run(rotate(load_settings(), drop_old=drop_old))
    except KeyboardInterrupt:
        print("berth: interrupted; every link still opens, run rotate-key again", file=sys.stderr)
        return FAILED
    except RotationInterrupted as problem:
        print(f"berth: {problem}", file=sys.stderr)
        return FAILED
    except StoreError as problem:
        print(f"berth: {problem}", file=sys.stderr)
        return MISCONFIGURED
    print("\n".join(lines))
    return OK


def _demo(chosen: argparse.Namespace) -> int:
    try:
        import simcord  # noqa: F401 - only to say in one line what is missing
    except ImportError:
        print("berth: the demo needs its extra: pip install '.[demo]'", file=sys.stderr)
        return MISCONFIGURED
    from bot.demo.run import run_demo, run_tour

    try:
        return asyncio.run(run_tour() if chosen.tour else run_demo(port=chosen.port))
    except KeyboardInterrupt:
        return OK


if __name__ == "__main__":
    sys.exit(main())
