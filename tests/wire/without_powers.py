"""Run a command so that file permissions bind it, even if it is root's: `python without_powers.py COMMAND …`."""

import ctypes
import os
import sys

PR_CAPBSET_DROP = 24
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2

if os.geteuid() == 0:
    # What root may do regardless of permissions is lost at the exec below, for it and all it starts.
    for power in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
        if ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, power, 0, 0, 0) != 0:
            sys.exit("not allowed to give up the right to ignore permissions")
os.execv(sys.argv[1], sys.argv[1:])  # noqa: S606 - the command of a test
