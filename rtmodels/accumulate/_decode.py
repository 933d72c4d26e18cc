"""Dicts and JSON decoded to events, for programs that have no adapter.

Accumulators import it when they are first fed such data, since it loads the converter.
"""

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NoReturn

import orjson

from rtmodels._display import truncate
from rtmodels.accumulate._event import EventUnion
from rtmodels.converter import MAX_DEPTH
from rtmodels.converter._binding import adapter_converter, structure_function
from rtmodels.errors import DecodeError
from rtmodels.native._compile import with_program

__all__ = ["decode_event"]


def decode_event(data: object, union: EventUnion) -> Any:
    """Return *data*, a mapping or JSON, as an event of *union*, in forgiving mode.

    Raises:
        TypeError: *data* is neither a mapping nor JSON.
        DecodeError: *data* is bytes or text, and not JSON.
        ValidationError: *data* is JSON, and not an object.
    """
    if isinstance(data, (bytes, bytearray, memoryview, str)):
        data = _load(data)
    elif not isinstance(data, Mapping):
        raise _type_error(data)

    return _make_structure(union)(data)


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


@cache
def _make_structure(union: EventUnion) -> Callable[[Any], Any]:
    """Return the function that makes parsed data an event of *union*."""
    converter = adapter_converter(
        "forgiving", binary=False, max_depth=MAX_DEPTH, parsed=False
    )
    if union == "LiveServerEvent":
        from rtmodels.schema.live import LiveServerEvent  # noqa: PLC0415 - one of two

        live = structure_function(LiveServerEvent, converter)
        return with_program("structure", live, LiveServerEvent, converter)

    from rtmodels.schema.events import RealtimeServerEvent  # noqa: PLC0415 - likewise
    from rtmodels.versions import _wire  # noqa: PLC0415 - loads the beta

    both = _wire.make_upgrading_pair(RealtimeServerEvent, converter)
    return with_program(
        "structure", both.hook.bind(), RealtimeServerEvent, converter, both.cases
    )


def _type_error(value: object) -> TypeError:
    """Return the error for *value*, which says how to convert it if that is known."""
    text = f"feed() accepts an event, a dict or JSON, not {type(value).__name__}"
    if type(value).__module__.startswith("openai."):
        text += ": convert it with rtmodels.adapters.openai.from_sdk first"
    elif hasattr(type(value), "model_dump"):
        text += ": pass the result of its model_dump(mode='json', exclude_unset=True)"
    return TypeError(text)
