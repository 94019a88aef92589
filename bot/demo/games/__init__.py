"""Game servers that answer as real ones do, written from the protocols' published descriptions."""

from bot.demo.games.bedrock import BedrockGame
from bot.demo.games.java import JavaGame
from bot.demo.games.source import SourceGame

__all__ = ["BedrockGame", "JavaGame", "SourceGame"]
