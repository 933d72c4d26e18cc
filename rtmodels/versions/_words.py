"""How the two versions say one thing with different values, as JSON has them."""

from collections.abc import Mapping
from copy import copy
from typing import Any

from attrs import frozen

__all__ = [
    "FORMATS",
    "INPUT_FORMATS",
    "ITEMS",
    "MODALITIES",
    "PART_TYPES",
    "SAME",
    "TURN_DETECTION",
    "VOICES",
    "Words",
]

SAMPLING_RATE = "input_audio_sampling_rate"
"""Where Azure's Voice Live says how many samples a second ``pcm16`` stands for."""


@frozen(kw_only=True, eq=False)
class Words:
    """Values of the beta, each with the GA's for the same thing.

    Values that are not among *pairs* are the same in both versions. Where one value has
    several twins, the first of them is the one to use.
    """

    pairs: tuple[tuple[Any, Any], ...] = ()
    """The beta's value, and the GA's."""

    def upgrade(self, value: Any, _: Mapping[str, Any], /) -> Any:
        """Give the GA's word for *value*; the object that it is in may matter."""
        for beta, ga in self.pairs:
            if beta == value:
                return copy(ga)
        return value

    def downgrade(self, value: Any, _: Mapping[str, Any], /) -> Any:
        """Give the beta's word for *value*; the object that it is in may matter."""
        for beta, ga in self.pairs:
            if ga == value:
                return copy(beta)
        return value


@frozen(kw_only=True, eq=False)
class InputFormats(Words):
    """Formats of the caller's audio, which on Voice Live may have another rate."""

    def upgrade(self, value: Any, beside: Mapping[str, Any], /) -> Any:
        """Put the rate that stands beside a format into it."""
        ga, rate = super().upgrade(value, beside), beside.get(SAMPLING_RATE)
        if isinstance(rate, int) and isinstance(ga, dict) and "rate" in ga:
            return {**ga, "rate": rate}
        return ga

    def downgrade(self, value: Any, beside: Mapping[str, Any], /) -> Any:
        """Leave the rate out if it also stands beside the format."""
        rate = beside.get(SAMPLING_RATE)
        for word, format_ in self.pairs:
            if isinstance(rate, int) and value == {**format_, "rate": rate}:
                return word
        return super().downgrade(value, beside)


@frozen(kw_only=True, eq=False)
class Voices(Words):
    """Voices, which Azure names in an object that says where to find them."""

    def upgrade(self, value: Any, _: Mapping[str, Any], /) -> Any:
        """Give the name alone, if it is one of OpenAI's."""
        match value:
            case {"name": str() as name, "type": "openai", **rest} if not rest:
                return name
        return value


@frozen(kw_only=True, eq=False)
class Defaults(Words):
    """Objects in which the beta may leave out what the GA requires."""

    def upgrade(self, value: Any, _: Mapping[str, Any], /) -> Any:
        """Say what goes without saying in the beta."""
        ((_, defaults),) = self.pairs
        return {**defaults, **value} if isinstance(value, dict) else value


@frozen(kw_only=True, eq=False)
class Items(Words):
    """Items, in whose assistant messages the types of the parts differ."""

    def upgrade(self, value: Any, _: Mapping[str, Any], /) -> Any:
        """Give the items with the GA's types."""
        return _rename_parts(value, dict(self.pairs))

    def downgrade(self, value: Any, _: Mapping[str, Any], /) -> Any:
        """Give the items with the beta's types."""
        return _rename_parts(value, {ga: beta for beta, ga in self.pairs})


def _rename_parts(items: Any, names: Mapping[str, str]) -> Any:
    """Rename the types of the parts of all assistant messages among *items*."""
    if not isinstance(items, list):
        return items

    def rename(part: Any) -> Any:
        match part:
            case {"type": str() as name} if name in names:
                return {**part, "type": names[name]}
        return part

    return [
        {**item, "content": list(map(rename, content))}
        if isinstance(item, dict)
        and item.get("role") == "assistant"
        and isinstance(content := item.get("content"), list)
        else item
        for item in items
    ]


PART_TYPES = (("text", "output_text"), ("audio", "output_audio"))
"""The types of the parts of assistant messages."""

_FORMATS = (
    ("pcm16", {"type": "audio/pcm", "rate": 24000}),
    ("pcm16", {"type": "audio/pcm"}),
    ("g711_ulaw", {"type": "audio/pcmu"}),
    ("g711_ulaw", {"type": "audio/pcmu", "rate": 8000}),
    ("g711_alaw", {"type": "audio/pcma"}),
    ("g711_alaw", {"type": "audio/pcma", "rate": 8000}),
)

SAME = Words()
FORMATS = Words(pairs=_FORMATS)
INPUT_FORMATS = InputFormats(pairs=_FORMATS)
ITEMS = Items(pairs=PART_TYPES)
MODALITIES = Words(
    pairs=((["audio", "text"], ["audio"]), (["text", "audio"], ["audio"]))
)
TURN_DETECTION = Defaults(pairs=(({}, {"type": "server_vad"}),))
VOICES = Voices(pairs=(({"name": "alloy", "type": "openai"}, "alloy"),))
