"""The whole process, `python -m bot`, against a small Discord on the wire and the simulated panel."""
