"""The benchmark: `python -m tests.bench` measures the real bot against the smallest honest one, in one run."""
