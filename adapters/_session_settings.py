"""Reads the audio settings of whatever has any."""

from typing import Any, Literal


def read_audio_setting(
    holder: object, way: Literal["input", "output"], key: str
) -> Any:
    """Give what *holder* says under *key* about one way of the audio, if anything.

    Args:
        holder: A session of any kind, or a response.
        way: ``input`` is what the caller says, ``output`` what the model says.
        key: Such as ``format``.
    """
    audio = getattr(holder, "audio", None)
    return getattr(getattr(audio, way, None), key, None)
