"""What nothing catches where no log is set up: told in a line, with no secret in it."""

from __future__ import annotations

from tests.cli.terminal import Terminal, coming_first

KEY = "ptlc_" + "s3cret" * 7
_WARNS_AT_ITS_END = f"import atexit, warnings\natexit.register(warnings.warn, 'about {KEY}', RuntimeWarning)\n"


async def test_a_warning_of_python_is_told_where_no_log_is_set_up_too(terminal: Terminal) -> None:
    said = await terminal.run("check", PYTHONPATH=coming_first(terminal.folder, "sitecustomize", _WARNS_AT_ITS_END))

    assert "RuntimeWarning: about [hidden]" in said.err
    assert "s3cret" not in said.err
