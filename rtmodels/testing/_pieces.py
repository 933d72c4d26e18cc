"""Cutters for text and audio into the pieces of which a server sends deltas."""

import re

__all__ = ["cut_arguments", "cut_audio", "cut_text"]

_WORD = re.compile(r"\s*\S+|\s+\Z")


def cut_text(text: str) -> list[str]:
    """Return *text* in pieces of one word, each with the white space before it."""
    return _WORD.findall(text)


def cut_audio(audio: bytes, size: int) -> list[bytes]:
    """Return *audio* in pieces of *size* bytes; the last one may be shorter."""
    return [audio[start : start + size] for start in range(0, len(audio), size)]


def cut_arguments(arguments: str) -> list[str]:
    """Return the JSON of *arguments* in pieces of a few characters."""
    return [arguments[start : start + 8] for start in range(0, len(arguments), 8)]
