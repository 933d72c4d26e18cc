"""What goes into a contender and comes out of it, whatever its wire is."""

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

    def take(self, frames: list[bytes]) -> list[Any]:
        """Translate JSON *frames* to what the contender decodes."""
        match self.wire:
            case "dict":
                return [orjson.loads(frame) for frame in frames]
            case "msgpack":
                return [_to_msgpack(frame) for frame in frames]
            case _:
                return frames

    def repeat(self, frame: bytes) -> Any:
        """Decode and encode *frame*, and give what came out as a JSON value."""
        out = self.module.encode(self.module.decode(self.take([frame])[0]))
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


def take_pcm(event: Any) -> bytes:
    """Get the audio out of an audio delta, which may be a dict, as bytes."""
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
