"""What is known of a purpose that a port has, and of a place where its number is to be written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PORT = "{port}"
"""Stands for the number in a place's lines."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one program takes its port: the file, from the server's root, and what is to be in it."""

    program: str
    files: tuple[str, ...]
    """The same file where it is a plugin, and where it is a mod."""
    lines: str
    """With PORT for the number; indentation as the file wants it."""
    source: str
    words: tuple[str, ...] = ()
    """By which notes name this program among those of the purpose."""
    at: tuple[str, ...] = ()
    """By which notes name where it runs, if it has a file of its own there; this decides before the program does."""
    shares: str = ""
    """Where it is written that it may have the game's own number, over UDP; empty where it may not."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """Something that a port is used for."""

    name: str
    notes: str
    """What people usually write into the notes for it."""
    protocol: Literal["TCP", "UDP"]
    words: tuple[str, ...]
    """By which notes name it whatever else they say: names of programs, and phrases that mean nothing else."""
    places: tuple[Place, ...] = ()
    alone: tuple[str, ...] = ()
    """Everyday words, which name it only where nothing else is said beside them but of it."""
    beside: tuple[str, ...] = ()
    """What may stand beside an everyday word: it says nothing else of the port."""
    unless: tuple[str, ...] = ()
    """What means a program of which no lines are known here."""
    whole: bool = False
    """Whether its everyday words count only in notes that say nothing else anywhere."""


def lines_for(place: Place, port: int) -> str:
    """Return the lines to write, with the number in them."""
    return place.lines.replace(PORT, str(port))
