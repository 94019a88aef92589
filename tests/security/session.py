"""A full session: every command, component and form, every fault of the panel, bugs, and all that it leaves behind."""

from __future__ import annotations

import json
import logging
import re
from collections import Counter
from pathlib import Path
from typing import Any

from bot.demo import stage as demo
from bot.demo.games import JavaGame
from bot.demo.panel import Faults
from bot.demo.people import Seen
from tests.e2e.scenes import SCENES, furnish
from tests.security.evidence import bytes_on_disk, database_file, run_sql
from tests.security.keys import APPLICATION_KEY, KEY, OTHER_KEY, OWN_KEYS
from tests.security.left_behind import Collector, Evidence, keep_calls
from tests.security.stage import ASKED, SecretStage
from tests.world import World, small_world


async def play(folder: Path) -> Evidence:
    """Play the session and return the evidence."""
    world = small_world()
    furnish(world)
    world.state.add_key(world.state.users[1], KEY)
    world.state.add_key(world.state.users[2], OTHER_KEY)
    world.state.add_key(world.state.users[1], APPLICATION_KEY, application=True)
    evidence = Evidence(Collector())
    root = logging.getLogger()
    before = root.level
    root.addHandler(evidence.log)
    root.setLevel(logging.DEBUG)
    try:
        async with demo.open_stage(world.state, folder, kind=SecretStage) as stage:
            stage.panel.chance.token = iter(OWN_KEYS).__next__
            await _Session(stage, world, evidence).play()
    finally:
        root.removeHandler(evidence.log)
        root.setLevel(before)
    evidence.disk.append(bytes_on_disk(folder / "berth.db"))
    evidence.encryption_key = (folder / "encryption.key").read_text().strip()
    return evidence


class _Session:
    def __init__(self, stage: SecretStage, world: World, evidence: Evidence) -> None:
        self.stage = stage
        self.world = world
        self.evidence = evidence
        self.ann = stage.person("ann")
        self.bob = stage.person("bob")
        self._waiting: list[tuple[Seen, dict[str, Any]]] = []

    async def play(self) -> None:
        """Go through everything once."""
        await self._linking()
        self._keep_disk()
        await self._check()
        await self._components()
        await self._errors()
        await self._bugs()
        begun = len(self.evidence.log.shown)
        await self._the_other_person()
        others = range(begun, len(self.evidence.log.shown))
        await self._export()
        self._keep_disk()
        await self._wait()
        await self._own_key()
        await self._what_is_left(others)
        question = await self.ann.run("unlink")
        await self.ann.press(next(label for label in question.buttons if label.startswith("Unlink")))
        self.evidence.known, self.evidence.pressed = set(self.stage.bot.router.verbs), self._pressed(others)
        keep_calls(self.evidence, self.stage, owner=self.ann.id)

    async def _check(self) -> None:
        """Check a port at which a game answers, with hostile words."""
        row = self.world.state.add_allocation(ASKED, 25565)
        row.server_id = self.world.survival.id
        async with JavaGame(motd="{panel} @everyone") as game:
            self.stage.game.port = game.port
            await self.ann.run("allocations list", server=self.world.survival.identifier, find=ASKED)
            await self.ann.choose(str(row.id))
            seen = await self.ann.press("Check")
        self.world.state.release(row)
        assert "✅ Answers as Minecraft Java" in seen.text, seen.text

    def _pressed(self, others: range) -> set[str]:
        """Return the verbs that the log has, but of what somebody pressed on another's message."""
        lines = (line for number, line in enumerate(self.evidence.log.shown) if number not in others)
        return {found[1] for line in lines if (found := re.search(r"Interaction \d+: ([a-z]+\.[a-z]+)$", line))}

    async def _what_is_left(self, others: range) -> None:
        """Use what no screen so far led to; a form is sent with the key in it first, then as it is meant."""
        left = set(self.stage.bot.router.verbs) - self._pressed(others) - {"unlink.confirm"}
        for verb in sorted(left):
            scene = SCENES[verb]
            await self._wait()
            seen = await scene.way(self.stage, self.ann)
            if scene.use.startswith("form:"):
                name = scene.use.removeprefix("form:").partition("=")[0]
                await self.stage.forge_form(self.ann, scene.custom_id(seen), **{name: KEY})
                await self._wait()
                seen = await scene.way(self.stage, self.ann)
            await scene.play(self.ann, seen)

    async def _own_key(self) -> None:
        """Swap the key once more, delete the pasted one, and look at what is told of the bot's own."""
        await self.ann.run("account")
        await self.ann.press("Swap it for a key of my own")
        await self.ann.press("Delete the key I pasted")
        await self.ann.run("account")
        await self.ann.press("Get it all as JSON")
        self._keep_disk()

    async def _wait(self) -> None:
        """Let the limits of a person and of the panel pass."""
        await self.stage.env.advance_time(61)
        self.stage.panel.advance(3600)

    async def _linking(self) -> None:
        for text in (f"{KEY[:-1]}!", f"{KEY} {KEY}", APPLICATION_KEY, f"{KEY[:-6]}WRONG1", KEY.upper(), f" {KEY}\t"):
            await self.ann.link(text)
        await self.bob.link(OTHER_KEY)
        await self._wait()

    async def _components(self) -> None:
        """Use every component that any screen leads to, each verb twice at most."""
        survival = self.world.survival.identifier
        commands: list[tuple[str, dict[str, Any]]] = [
            ("help", {}),
            ("account", {}),
            ("servers", {}),
            ("unlink", {}),
            ("allocations list", {}),
            ("allocations list", {"server": survival}),
            ("allocations create", {"primary": True}),
            ("allocations notes", {"server": survival, "allocation": "#2", "text": "query"}),
            *[("allocations notes", {"server": survival, "allocation": "#2", "text": f"note {n}"}) for n in range(9)],
            ("allocations primary", {"server": survival, "allocation": "#2"}),
            ("allocations delete", {"server": survival, "allocation": "26008"}),
            # Several fit, so that they are offered.
            ("allocations notes", {"server": survival, "allocation": "203.0.113.7"}),
            ("allocations notes", {"server": survival, "allocation": "203.0.113.7", "text": "query"}),
            ("allocations primary", {"server": survival, "allocation": "203.0.113.7"}),
            ("allocations delete", {"server": survival, "allocation": "203.0.113.7"}),
            ("allocations history", {}),
            ("allocations history", {"server": survival}),
            ("allocations find", {"text": "25565"}),
            ("allocations address", {"server": survival}),
            ("allocations address", {"server": survival, "name": KEY}),
            ("allocations address", {"server": survival, "name": "play.example.org"}),
            # None fits, so that those that might be meant are offered.
            ("allocations address", {"server": "Survvival"}),
            ("allocations address", {"server": "Survvival", "name": "play.example.org"}),
        ]
        for command, options in commands:
            self._look(await self.ann.run(command, **options))
        form = await self.ann.run("allocations notes", server=survival, allocation="203.0.113.7:25566")
        self.world.state.allocations[2].notes = "somebody else's"
        self._look(await self.ann.fill(on=form, notes="ann's"))
        used: Counter[str] = Counter()
        await self._use_all(used)
        await self.ann.run("allocations notes", server=survival, allocation="#1", text="front door")
        history = await self.ann.run("allocations history")
        self._look(await self.ann.choose(next(iter(history.options.values()))))
        await self._use_all(used)

    async def _use_all(self, used: Counter[str]) -> None:
        while self._waiting:
            on, component = self._waiting.pop(0)
            verb = component["custom_id"].split(":")[1]
            if used[verb] < 2 and verb not in ("unlink.confirm", "pasted.delete"):
                used[verb] += 1
                self._look(await self._use(on, component))
                await self._wait()

    def _look(self, seen: Seen) -> None:
        if seen.answered:
            found = [part for part in seen.components if "custom_id" in part and not part.get("disabled")]
            self._waiting += [(seen, part) for part in found]
            self._last = seen
        else:
            self._waiting.append((self._last, seen.form))

    async def _use(self, on: Seen, part: dict[str, Any]) -> Seen:
        custom_id: str = part["custom_id"]
        if "title" in part:
            fields = {"v1:link": "key", "v1:join": "name"}
            field_name = next((name for start, name in fields.items() if custom_id.startswith(start)), "notes")
            return await self.stage.forge_form(self.ann, custom_id, **{field_name: KEY})
        values = [part["options"][-1]["value"]] if part["type"] == 3 else []
        return await self.stage.forge(self.ann, custom_id, on=on, values=values, kind=part["type"])

    async def _errors(self) -> None:
        faults = self.stage.panel.faults
        echo = {"errors": [{"code": "DisplayException", "status": "400", "detail": f"Authorization: Bearer {KEY}"}]}
        server_error = {"errors": [{"code": "X", "status": "500", "detail": f"Bearer {KEY}"}]}
        for begin in (
            lambda: [faults.answer(400, json.dumps(echo), method="POST", times=None)],
            lambda: [faults.answer(400, json.dumps(echo), times=None)],
            lambda: [faults.answer(500, json.dumps(server_error), times=None)],
            lambda: [faults.answer(200, f"<html>{KEY}</html>", content_type="text/html", times=None)],
            lambda: [faults.answer(302, headers={"Location": f"https://elsewhere.example/?{KEY}"}, times=None)],
            lambda: [faults.answer(200, f'{{"object":"list","data":"{KEY}"}}', times=None)],
            *(lambda name=name: [getattr(faults, name)(times=None)] for name in _plain_faults()),
            lambda: [faults.rate_limited(30, times=None)],
            self._refuse_the_key,
            self._break_the_connection,
        ):
            begin()
            await self._everything_once()
            faults.clear()
            self.world.state.app_key_broken = False
            self.world.state.key(KEY).revoked = False
            self.stage.transport.point_at(f"{self.stage.panel.url}/")
            await self._wait()
        self.world.survival.name = f"Survival {KEY}"
        self.world.state.allocations[2].notes = f"my key is {KEY}"
        await self.ann.run("allocations list", server=self.world.survival.identifier)
        await self.ann.run("allocations primary", server=self.world.survival.identifier, allocation="#2")
        self.world.survival.name, self.world.state.allocations[2].notes = "Survival", None

    def _refuse_the_key(self) -> None:
        self.world.state.revoke(KEY)

    def _break_the_connection(self) -> None:
        self.stage.transport.point_at("http://127.0.0.1:9/")

    async def _everything_once(self) -> None:
        survival = self.world.survival.identifier
        ann = self.ann
        await ann.link(KEY)
        await ann.run("servers")
        await ann.run("allocations list", server=survival)
        await ann.run("allocations list", server="no such name")
        await ann.run("allocations create", server=survival, notes="query", primary=True)
        await ann.run("allocations notes", server=survival, allocation="#2", text="query")
        await ann.run("allocations primary", server=survival, allocation="#1")
        await ann.run("allocations delete", server=survival, allocation="#2")
        await ann.run("allocations history")
        await ann.suggest("allocations list", "server", "s")

    async def _bugs(self) -> None:
        file = database_file(self.stage)
        for table in ("links", "changes"):
            run_sql(file, f"ALTER TABLE {table} RENAME TO away")
            await self._everything_once()
            run_sql(file, f"ALTER TABLE away RENAME TO {table}")
            await self._wait()
        run_sql(file, "CREATE TRIGGER full BEFORE INSERT ON links BEGIN SELECT RAISE(ABORT, 'disk full'); END")
        await self.ann.link(KEY)
        run_sql(file, "DROP TRIGGER full")
        await self.ann.link(KEY)
        await self._wait()

    async def _the_other_person(self) -> None:
        panel = await self.ann.run("account")
        for component in panel.components:
            if "custom_id" in component:  # a link button has none, and nothing to press
                await self.stage.forge(self.bob, component["custom_id"], on=panel)
        await self.bob.run("account")
        await self.bob.run("allocations list", server="Survival")

    async def _export(self) -> None:
        await self.ann.run("account")
        seen = await self.ann.press("Get it all as JSON")
        (file,) = seen.message.attachments
        self.evidence.exported = (await file.read()).decode()

    def _keep_disk(self) -> None:
        self.evidence.disk.append(bytes_on_disk(database_file(self.stage)))


def _plain_faults() -> list[str]:
    names = "html_bad_gateway gateway_timeout_after_apply cloudflare maintenance redirect_to_login empty_body"
    found = [*names.split(), "malformed_json", "wrong_shape", "truncated_json", "reset_before", "reset_after", "lies"]
    assert all(hasattr(Faults, name) for name in found)
    return found
