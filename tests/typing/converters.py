"""What type checkers make of the converter's functions; checked, and never run."""

from typing import Any, assert_type

from cattrs import Converter

from rtmodels import ErrorEvent, configure, make_converter, upstream


def converters_are_those_of_cattrs(converter: Converter) -> None:
    """Make one, or teach one that is there already."""
    assert_type(make_converter(mode="forgiving", binary=True), Converter)
    configure(converter, mode="strict")
    make_converter("strict")  # type: ignore[call-arg]
    make_converter(mode="lax")  # type: ignore[arg-type]
    configure(mode="strict")  # type: ignore[call-arg]


def upstream_names_are_text() -> None:
    """Check that the type of an upstream name is unknown."""
    assert_type(upstream("RealtimeResponse"), Any)
    upstream(ErrorEvent)  # type: ignore[arg-type]
