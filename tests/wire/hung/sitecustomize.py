"""Let the event loop of a process hang from SIGUSR1 until SIGUSR2, as in a call that does not come back."""

import signal

signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR2})
signal.signal(signal.SIGUSR1, lambda *_: signal.sigwait({signal.SIGUSR2}))
