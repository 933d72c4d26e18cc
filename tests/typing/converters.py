"""What type checkers make of the converter's functions; checked, and never run."""

from collections.abc import Callable
from typing import Any, assert_type

from cattrs import Converter

from rtmodels import (
    ErrorEvent,
    Issue,
    RealtimeConversationItem,
    RealtimeServerEvent,
    base64_fields,
    configure,
    decode_base64,
    explain_failure,
    explain_unwritable,
    find_hook,
    make_converter,
    make_reader,
    make_writer,
    upstream,
)


def converters_are_those_of_cattrs(converter: Converter) -> None:
    """Make one, or teach one that is there already."""
    assert_type(make_converter(mode="forgiving", binary=True), Converter)
    configure(converter, mode="strict")
    make_converter("strict")  # type: ignore[call-arg]
    make_converter(mode="lax")  # type: ignore[arg-type]
    configure(mode="strict")  # type: ignore[call-arg]


def readers_and_writers_know_their_type(converter: Converter) -> None:
    """Take it from a class, a union or a tuple."""
    assert_type(make_reader(ErrorEvent, converter), Callable[[Any], ErrorEvent])
    assert_type(
        make_reader(RealtimeServerEvent, converter)({}),
        RealtimeServerEvent,
    )
    assert_type(
        make_reader(tuple[RealtimeConversationItem, ...], converter)([]),
        tuple[RealtimeConversationItem, ...],
    )
    assert_type(make_writer(ErrorEvent, converter), Callable[[ErrorEvent], Any])
    make_writer(ErrorEvent, converter)("error")  # type: ignore[arg-type]
    make_reader(ErrorEvent)  # type: ignore[call-arg]


def adapters_can_be_built_from_parts(converter: Converter) -> None:
    """Give what the core adapters are built from."""
    assert_type(base64_fields(RealtimeServerEvent, converter), dict[str, str])
    assert_type(decode_base64("AAAA"), bytes)
    assert_type(decode_base64(b"AAAA"), bytes)
    assert_type(explain_failure(OSError("gone")), tuple[Issue, ...])
    assert_type(explain_unwritable({"x": object()}), tuple[Issue, ...])
    hook = find_hook(RealtimeServerEvent, converter)
    if hook is not None:
        assert_type(hook({}), Any)
    hook({})  # type: ignore[misc]
    decode_base64(5)  # type: ignore[arg-type]


def upstream_names_are_text() -> None:
    """Nobody can know what a name stands for."""
    assert_type(upstream("RealtimeResponse"), Any)
    upstream(ErrorEvent)  # type: ignore[arg-type]
