"""`rotate-key` where the encryption keys are a setting, not a file."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.demo import stage as demo
from bot.settings import Settings
from tests.security.rotation.rotating import DONE, key_file, rotate, works
from tests.stage import Stage
from tests.world import World

A, B, C = (base64.urlsafe_b64encode(bytes([number]) * 32).decode() for number in (1, 2, 3))


class StageWithKeys(Stage):
    """A stage whose bot takes its encryption keys from the setting."""

    encryption_keys: str | None = A

    @property
    def settings(self) -> Settings:
        """The settings, with the keys this bot is started with."""
        changed = {} if self.encryption_keys is None else {"encryption_key": SecretStr(self.encryption_keys)}
        return super().settings.model_copy(update=changed)

    async def restart_with(self, keys: str | None) -> None:
        """Restart the bot with other keys."""
        self.encryption_keys = keys
        await self.restart()


@pytest.fixture
async def keyed(world: World, tmp_path: Path) -> AsyncIterator[StageWithKeys]:
    """Yield such a stage."""
    async with demo.open_stage(world.state, tmp_path, kind=StageWithKeys) as opened:
        yield opened


async def test_with_a_list_of_keys_the_new_one_comes_first_and_the_old_one_goes_afterwards(
    keyed: StageWithKeys, world: World
) -> None:
    ann = await keyed.linked("ann", world.ann)

    await keyed.restart_with(f"{B},{A}")
    works_with_both = await works(ann)
    bob = await keyed.linked("bob", world.bob)
    rotated = await rotate(keyed, ENCRYPTION_KEY=f"{B},{A}")
    works_after = await works(ann, bob)
    await keyed.restart_with(B)

    assert works_with_both
    assert rotated.code == 0
    assert DONE.format(1, 1) in rotated.output
    assert "The other keys can now be taken out of ENCRYPTION_KEY." in rotated.output
    assert works_after
    assert await works(ann, bob)
    assert not key_file(keyed).exists()


async def test_a_key_the_running_bot_does_not_know_is_refused_with_one_line(keyed: StageWithKeys, world: World) -> None:
    ann = await keyed.linked("ann", world.ann)

    refused = await rotate(keyed, ENCRYPTION_KEY=f"{C},{A}")

    assert refused.code == 2
    assert refused.output.count("\n") == 1
    assert "restart it with the new list first" in refused.output
    assert await works(ann)


async def test_moving_from_a_key_file_to_the_setting_needs_a_restart_first(keyed: StageWithKeys, world: World) -> None:
    await keyed.restart_with(None)
    ann = await keyed.linked("ann", world.ann)
    of_file = key_file(keyed).read_text().strip()

    too_early = await rotate(keyed, ENCRYPTION_KEY=f"{B},{of_file}")
    works_between = await works(ann)
    await keyed.restart_with(f"{B},{of_file}")
    rotated = await rotate(keyed, ENCRYPTION_KEY=f"{B},{of_file}")
    await keyed.restart_with(B)

    assert too_early.code == 2
    assert works_between
    assert rotated.code == 0
    assert await works(ann)


async def test_one_key_alone_is_no_rotation_and_the_new_one_is_asked_for(keyed: StageWithKeys, world: World) -> None:
    ann = await keyed.linked("ann", world.ann)

    refused = await rotate(keyed, ENCRYPTION_KEY=A)

    assert (refused.code, refused.output) == (
        2,
        "berth: ENCRYPTION_KEY holds one key only: put a new one before it, separated by a comma, and restart the bot "
        "with both before you run rotate-key\n",
    )
    assert await works(ann)


async def test_a_new_key_after_the_one_in_use_is_said_not_to_be_rotated_to(keyed: StageWithKeys, world: World) -> None:
    await keyed.linked("ann", world.ann)
    await keyed.restart_with(f"{A},{B}")

    rotated = await rotate(keyed, ENCRYPTION_KEY=f"{A},{B}")

    assert rotated.code == 0
    assert rotated.output.splitlines() == [
        DONE.format(0, 1),
        "Nothing was rotated: the first key of ENCRYPTION_KEY is the one in use already. If that is the new key, the "
        "other keys can now be taken out; if it is the old one, put the new one before it, restart the bot, and run "
        "rotate-key again.",
    ]


async def test_keys_of_which_none_opens_a_link_are_refused_and_no_key_is_said_to_be_of_no_use(
    keyed: StageWithKeys, world: World
) -> None:
    ann = await keyed.linked("ann", world.ann)
    await keyed.restart_with(f"{C},{B}")

    refused = await rotate(keyed, ENCRYPTION_KEY=f"{C},{B}")
    await keyed.restart_with(A)

    assert refused.code == 2
    assert refused.output.startswith(
        "berth: nothing was rotated. Links that no encryption key at hand opens: 1 of 1. They were sealed under another"
    )
    assert "put that key into ENCRYPTION_KEY, after a comma where one is there" in refused.output
    assert "taken out" not in refused.output
    assert await works(ann)


async def test_while_some_links_do_not_open_it_is_said_what_to_do_before_a_key_is_taken_out(
    keyed: StageWithKeys, world: World
) -> None:
    ann = await keyed.linked("ann", world.ann)
    await keyed.restart_with(B)
    bob = await keyed.linked("bob", world.bob)
    await keyed.restart_with(f"{C},{B}")

    some = await rotate(keyed, ENCRYPTION_KEY=f"{C},{B}")
    every = await rotate(keyed, ENCRYPTION_KEY=f"{C},{B},{A}")

    assert some.code == every.code == 0
    assert some.output.splitlines() == [
        DONE.format(1, 0),
        "Links that no key at hand opens: 1; their owners will be asked to link again.",
        "Before you take a key out of ENCRYPTION_KEY, put the one under which those were sealed after the others, and "
        "run rotate-key again; only if that is lost, take out all but the first.",
    ]
    assert DONE.format(1, 1) in every.output
    assert "The other keys can now be taken out of ENCRYPTION_KEY." in every.output
    assert await works(ann, bob)


async def test_forgetting_the_setting_when_rotating_is_refused(keyed: StageWithKeys, world: World) -> None:
    await keyed.restart_with(None)
    await keyed.restart_with(A)
    ann = await keyed.linked("ann", world.ann)

    refused = await rotate(keyed)

    assert refused.code == 2
    assert "the bot was last started with ENCRYPTION_KEY: set it here too" in refused.output
    assert await works(ann)


async def test_a_bot_started_with_another_key_asks_to_link_again_and_keeps_the_rows(
    keyed: StageWithKeys, world: World
) -> None:
    ann = await keyed.linked("ann", world.ann)
    await keyed.restart_with(C)
    seen = await ann.run("servers")

    await keyed.restart_with(A)

    assert "Please link your panel account again" in seen.text
    assert "whoever runs me changed mine" in seen.text
    assert await works(ann)
