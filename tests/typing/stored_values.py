"""What type checkers make of columns, and of messages in queues; never run."""

from typing import Any, assert_type

from kombu.serialization import register
from sqlalchemy import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from rtmodels import RealtimeResponse, RealtimeServerEvent, make_converter
from rtmodels.adapters.faststream import WireSerializer
from rtmodels.adapters.kombu import Serializer
from rtmodels.adapters.sqlalchemy import WireType


class Base(DeclarativeBase):
    """What the tables are made from."""


class Turn(Base):
    """A user-defined table."""

    __tablename__ = "turns"
    id: Mapped[int] = mapped_column(primary_key=True)
    response: Mapped[RealtimeResponse] = mapped_column(WireType(RealtimeResponse))


def columns_hold_our_types(turn: Turn, dialect: Dialect) -> None:
    """Check that a column has the type that it was made for."""
    assert_type(turn.response, RealtimeResponse)
    column = WireType(RealtimeServerEvent, mode="forgiving")
    assert_type(column, WireType[RealtimeServerEvent])
    assert_type(column.process_result_value("{}", dialect), RealtimeServerEvent | None)
    column.process_bind_param(None, dialect)
    assert_type(column.compare_values(None, None), bool)
    column.coerce_compared_value(None, "completed")
    WireType(RealtimeResponse, converter=make_converter)
    column.process_bind_param("x", dialect)  # type: ignore[arg-type]
    WireType(RealtimeResponse, mode="lax")  # type: ignore[arg-type]
    WireType()  # type: ignore[call-arg]


def serializers_fit_kombu() -> None:
    """Register a user-defined serializer."""
    serializer = Serializer(binary=True, mode="forgiving")
    register("calls", serializer.dumps, serializer.loads, "application/x-calls")
    assert_type(serializer.dumps({"x": RealtimeResponse()}), str | bytes)
    assert_type(serializer.loads(b""), Any)
    Serializer(mode="lax")  # type: ignore[arg-type]
    serializer.binary = False  # type: ignore[misc]


def serializers_fit_faststream() -> None:
    """Write whatever a handler returns."""
    serializer = WireSerializer(mode="strict")
    assert_type(serializer.encode(RealtimeResponse()), bytes)
    WireSerializer(mode="lax")  # type: ignore[arg-type]
