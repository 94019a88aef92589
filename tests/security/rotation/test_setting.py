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
