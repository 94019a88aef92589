"""The name that players type in the demo: DNS that is right, DNS that is stale, and nothing goes out to the network."""

from __future__ import annotations

from bot.demo.naming import FREE
from bot.demo.run import opened
from tests.e2e.outgoing import connections


async def test_in_the_demo_the_dns_of_one_server_is_right_and_of_another_stale_without_any_network() -> None:
    with connections() as reached:
        async with opened() as (_, _stage, people):
            mara = people["Mara"]
            right = await mara.run("allocations address", server="Survival")
            stale = await mara.run("allocations address", server="Skyblock")
            elsewhere = await mara.run("allocations address", server="Proxy")

    assert "✅ No port needed: its DNS leads to `:25565`, the primary." in right.text
    assert "⚠️ DNS still leads to `:25570`; the primary is `:25565`" in stale.text
    assert "`_minecraft._tcp.sky.example.com SRV 0 5 25565 sky.example.com`" in stale.text
    assert "⚠️ The name leads to `192.0.2.80`, the server is at `198.51.100.22:25565`: fine behind" in elsewhere.text
    assert set(reached) == {"127.0.0.1"}


async def test_in_the_demo_a_name_is_given_and_a_change_of_the_primary_says_that_its_dns_is_stale_then() -> None:
    async with opened() as (_, _stage, people):
        mara = people["Mara"]
        given = await mara.run("allocations address", server="Survival", name=FREE)
        await mara.run("allocations primary", server="Survival", allocation="25566")
        changed = await mara.press("Make 203.0.113.7:25566 the primary")
        unknown = await mara.run("allocations address", server="Survival", name="nobody.example.net")

    assert f"✅ Players type `{FREE}` from now on" in given.text
    assert "✅ No port needed" in given.text
    assert "⚠️ DNS still leads to `:25565`; the primary became `:25566` <t:" in changed.text
    assert f"`_minecraft._tcp.{FREE} SRV 0 5 25566 {FREE}`" in changed.text
    assert "has no address in DNS" in unknown.text


async def test_in_the_demo_names_are_looked_up_after_a_restart_too() -> None:
    async with opened() as (_, stage, people):
        await stage.restart()

        seen = await people["Mara"].run("allocations address", server="Survival")

    assert "✅ No port needed" in seen.text
