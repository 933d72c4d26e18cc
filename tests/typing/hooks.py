"""What type checkers make of msgspec's hooks and FastStream's decoders; never run."""

from collections.abc import Awaitable, Callable
from typing import Any, assert_type

import msgspec
from faststream import StreamMessage

from rtmodels import RealtimeResponse, RealtimeServerEvent
from rtmodels.adapters import JsonAdapter, MsgpackAdapter
from rtmodels.adapters.faststream import make_decoder
from rtmodels.adapters.msgspec import Boxed, dec_hook, enc_hook, make_hooks


class Turn(msgspec.Struct):
    """A user-defined Struct."""

    response: Boxed[RealtimeResponse]
    events: list[Boxed[RealtimeServerEvent]]


def read_a_struct(data: bytes) -> bytes:
    """Check that values have the types in the annotations."""
    turn = msgspec.json.decode(data, type=Turn, dec_hook=dec_hook)
    assert_type(turn.response.value, RealtimeResponse)
    assert_type(turn.events[0].value, RealtimeServerEvent)
    return msgspec.json.encode(turn, enc_hook=enc_hook)


def wrap(response: RealtimeResponse) -> Turn:
    """Infer the type of the wrapped value."""
    assert_type(Boxed(response), Boxed[RealtimeResponse])
    return Turn(response=Boxed(response), events=[])


def decode_messages() -> None:
    """Check that a decoder returns the adapter's type."""
    assert_type(
        make_decoder(JsonAdapter(RealtimeServerEvent)),
        Callable[[StreamMessage[Any]], Awaitable[RealtimeServerEvent]],
    )
    assert_type(
        make_decoder(MsgpackAdapter(RealtimeResponse)),
        Callable[[StreamMessage[Any]], Awaitable[RealtimeResponse]],
    )
    make_decoder(JsonAdapter)  # type: ignore[arg-type]


def make_other_hooks(data: bytes) -> None:
    """Make them for another mode, in the order in which they are used."""
    write, read = make_hooks(mode="strict")
    assert_type(write, Callable[[Any], Any])
    assert_type(read, Callable[[Any, Any], Any])
    assert_type(msgspec.json.decode(data, type=Turn, dec_hook=read), Turn)
    make_hooks(mode="lax")  # type: ignore[arg-type]
