"""Dicts and JSON decoded to events, for programs that have no adapter.

Accumulators import it when they are first fed such data, since it loads the converter.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import orjson
from cattrs import Converter

from rtmodels._display import truncate
from rtmodels.converter import MAX_DEPTH
from rtmodels.converter._binding import adapter_converter, structure_function
from rtmodels.errors import DecodeError
from rtmodels.native._compile import with_program

__all__ = ["make_decoder"]


def make_decoder(*, live: bool) -> Callable[[object], Any]:
    """Return the function that makes a mapping or JSON an event from the server.

    It is one of the Live API if *live*, and else one of the Realtime API. The function
    decodes in forgiving mode, and raises the errors that `feed` documents.
    """
    structure = _structure_live() if live else _structure_realtime()

    def decode(data: object) -> Any:
        # An abstract class takes longer to check than all others.
        if isinstance(data, dict):
            return structure(data)
        if isinstance(data, (bytes, bytearray, memoryview, str)):
            return structure(_load(data))
        if isinstance(data, Mapping):
            return structure(data)
        raise _type_error(data)

    return decode


def _load(data: bytes | bytearray | memoryview | str) -> Any:
    """Parse JSON.

    Raises:
        DecodeError: *data* is not JSON.
    """
    try:
        return orjson.loads(data)
    except ValueError as exc:
        text = str(exc)

    # A delta may end inside a character, which orjson rejects.
    try:
        whole = data if isinstance(data, str) else bytes(data).decode()
        return json.loads(whole, parse_constant=_reject_constant)
    except (ValueError, RecursionError):
        pass

    # Outside the handlers, the error has no context, which would hold the document.
    raise DecodeError(f"not JSON: {truncate(text)}")


def _reject_constant(name: str) -> NoReturn:
    """Reject NaN and infinity, which are not JSON."""
    raise ValueError(f"{name} is not JSON")


def _structure_live() -> Callable[[Any], Any]:
    """Return the function that makes parsed data an event of the Live API."""
    from rtmodels.schema.live import LiveServerEvent  # noqa: PLC0415 - one of two

    converter = _make_converter()
    structure = structure_function(LiveServerEvent, converter)
    return with_program("structure", structure, LiveServerEvent, converter)


def _structure_realtime() -> Callable[[Any], Any]:
    """Return the function that makes parsed data an event of the Realtime API."""
    from rtmodels.schema.events import RealtimeServerEvent  # noqa: PLC0415 - likewise
    from rtmodels.versions import _wire  # noqa: PLC0415 - loads the beta

    converter = _make_converter()
    both = _wire.make_upgrading_pair(RealtimeServerEvent, converter)
    return with_program(
        "structure", both.hook.bind(), RealtimeServerEvent, converter, both.cases
    )


def _make_converter() -> Converter:
    """Return a converter in forgiving mode."""
    return adapter_converter(
        "forgiving", binary=False, max_depth=MAX_DEPTH, parsed=False
    )


def _type_error(value: object) -> TypeError:
    """Return the error for *value*, which says how to convert it if that is known."""
    text = f"feed() accepts an event, a dict or JSON, not {type(value).__name__}"
    if type(value).__module__.startswith("openai."):
        text += ": convert it with rtmodels.adapters.openai.from_sdk first"
    elif hasattr(type(value), "model_dump"):
        text += ": pass the result of its model_dump(mode='json', exclude_unset=True)"
    return TypeError(text)
