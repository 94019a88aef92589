"""What nothing catches, told by the log: in its form, and with the secrets taken out as ever."""

from __future__ import annotations

import logging
import sys
import threading
import warnings
from types import TracebackType
from typing import TextIO

from bot.log import RedactingFormatter

log = logging.getLogger(__name__)


def tell_uncaught() -> None:
    """Have the log tell of errors that nothing catches and of Python's warnings, for the rest of the process.

    Those of the event loop come by its own logger.
    """
    sys.excepthook = _ends_the_process
    threading.excepthook = _ends_a_thread
    sys.unraisablehook = _ends_nothing
    warnings.showwarning = _warns
    # What writes where no log is set up, as for a command that only prints.
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(RedactingFormatter())


def _ends_the_process(kind: type[BaseException], error: BaseException, at: TracebackType | None) -> None:
    log.critical("Bug: an error that nothing catches ends the process", exc_info=(kind, error, at))


def _ends_a_thread(what: threading.ExceptHookArgs) -> None:
    if what.exc_value is None or issubclass(what.exc_type, SystemExit):
        return
    name = what.thread.name if what.thread else "that has ended"
    trouble = what.exc_type, what.exc_value, what.exc_traceback
    log.error("Bug: an error that nothing catches ends the thread %s", name, exc_info=trouble)


def _ends_nothing(what: sys.UnraisableHookArgs) -> None:
    trouble = None if what.exc_value is None else (what.exc_type, what.exc_value, what.exc_traceback)
    log.error("Bug: %s: %r", what.err_msg or "Exception ignored in", what.object, exc_info=trouble)


def _warns(  # noqa: PLR0917 - as Python calls it
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    # Not logging.captureWarnings: where no log is set up, what that takes is told nowhere.
    words = warnings.formatwarning(message, category, filename, lineno, line)
    logging.getLogger("py.warnings").warning("%s", words)
