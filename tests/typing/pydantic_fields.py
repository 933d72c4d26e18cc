"""What type checkers make of ``Annotated[T, Wire()]``; checked, and never run."""

from typing import Annotated, assert_type

from cattrs import Converter
from pydantic import BaseModel, TypeAdapter

from rtmodels import RealtimeResponse, RealtimeServerEvent, make_converter
from rtmodels.adapters.pydantic import Wire


class Turn(BaseModel):
    """A user-defined model."""

    response: Annotated[RealtimeResponse, Wire(mode="strict")]


def fields_have_our_types(turn: Turn) -> None:
    """Have the type that is marked."""
    assert_type(turn.response, RealtimeResponse)
    Turn(response=RealtimeResponse())
    Turn(response=5)  # type: ignore[arg-type]


def adapters_have_our_types(frame: bytes) -> None:
    """Have it outside of models too."""
    adapter = TypeAdapter[RealtimeServerEvent](Annotated[RealtimeServerEvent, Wire()])
    assert_type(adapter.validate_json(frame), RealtimeServerEvent)


def markers_are_made_by_keyword(converter: Converter) -> None:
    """Accept one option or the other, by name."""
    Wire(converter=converter)
    Wire(converter=make_converter)
    Wire("strict")  # type: ignore[call-arg]
    Wire(mode="lax")  # type: ignore[arg-type]
