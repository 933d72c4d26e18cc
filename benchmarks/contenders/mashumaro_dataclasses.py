"""mashumaro on dataclasses, with orjson and a discriminator."""

from base64 import b64decode, b64encode
from typing import Annotated, Any, Union

from mashumaro.codecs.orjson import ORJSONDecoder, ORJSONEncoder
from mashumaro.config import BaseConfig
from mashumaro.dialect import Dialect
from mashumaro.types import Discriminator

from benchmarks.mirror import Mirror, Twin

label = "mashumaro, dataclasses"

ABSENT: Any = type("Absent", (), {})()
TAGGED = Discriminator(
    field="type", include_supertypes=True, variant_tagger_fn=lambda cls: cls.TAG
)


class Wire(Dialect):
    """Base64 without line ends; absent keys are omitted."""

    omit_default = True
    serialization_strategy = {  # noqa: RUF012 - mashumaro wants it so
        bytes: {
            "serialize": lambda value: b64encode(value).decode(),
            "deserialize": b64decode,
        }
    }


class Config(BaseConfig):
    """The same for all twins."""

    dialect = Wire


def make_class(twin: Twin) -> type:
    """Make the dataclass for *twin*, where mashumaro's own code can find it by name."""
    cls = twin.make_dataclass(ABSENT, Config=Config, TAG=twin.tag)
    cls.__module__ = __name__
    globals()[twin.name] = cls
    return cls


def join(classes: tuple[type, ...]) -> Any:
    """Make a tagged union of *classes*."""
    return Annotated[Union[classes], TAGGED]


mirror = Mirror(make_class, absent=None, join=join)
Event = join(tuple(mirror.events.values()))
decode = ORJSONDecoder(Event, default_dialect=Wire).decode
encoders = {
    cls: ORJSONEncoder(cls, default_dialect=Wire).encode
    for cls in mirror.events.values()
}


def encode(event: Any) -> bytes:
    """Write *event* by its class; for a union, mashumaro tries one by one."""
    return encoders[type(event)](event)
