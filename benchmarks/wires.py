"""The input and the output of a contender, on each kind of wire."""

from base64 import b64decode, b64encode
from types import ModuleType
from typing import Any

import msgspec
import orjson
from attrs import frozen

from benchmarks.contenders import WIRES, load_contender

AUDIO = "response.output_audio.delta"


@frozen
class Contender:
    """A contender, and what its wire carries in place of JSON."""

    name: str
    module: ModuleType
    wire: str

    def to_wire(self, frames: list[bytes]) -> list[Any]:
        """Translate JSON *frames* to what the contender decodes."""
        match self.wire:
            case "dict":
                return [orjson.loads(frame) for frame in frames]
            case "msgpack":
                return [_to_msgpack(frame) for frame in frames]
            case _:
                return frames

    def round_trip(self, frame: bytes) -> Any:
        """Decode and encode *frame*, and return the output as a JSON value."""
        out = self.module.encode(self.module.decode(self.to_wire([frame])[0]))
        match self.wire:
            case "dict":
                return out
            case "msgpack":
                return _to_json(msgspec.msgpack.decode(out))
            case _:
                return orjson.loads(out)


def open_contender(name: str) -> Contender:
    """Import the contender *name*; raises ImportError if its library is missing."""
    return Contender(name, load_contender(name), WIRES.get(name, "json"))


def extract_pcm(event: Any) -> bytes:
    """Return the audio of an audio delta, which may be a dict, as bytes."""
    delta = event["delta"] if isinstance(event, dict) else event.delta
    return delta if isinstance(delta, bytes) else b64decode(delta)


def _to_msgpack(frame: bytes) -> bytes:
    """Write *frame* as MessagePack, with audio as bytes."""
    value = orjson.loads(frame)
    if value["type"] == AUDIO:
        value["delta"] = b64decode(value["delta"])
    return msgspec.msgpack.encode(value)


def _to_json(value: Any) -> Any:
    """Write the audio in *value* as base64."""
    if value["type"] == AUDIO:
        value["delta"] = b64encode(value["delta"]).decode()
    return value
