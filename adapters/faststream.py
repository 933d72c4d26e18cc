"""A serializer and decoders for FastStream.

Handlers take and return the types of rtmodels.

::

    from faststream import FastStream
    from faststream.redis import RedisBroker
    from rtmodels import RealtimeResponseUsage, RealtimeServerEvent, ResponseDoneEvent
    from rtmodels.adapters.faststream import WireSerializer

    broker = RedisBroker(serializer=WireSerializer())
    app = FastStream(broker)

    @broker.subscriber("events")
    @broker.publisher("usage")
    async def account(event: RealtimeServerEvent) -> RealtimeResponseUsage | None:
        return event.response.usage if isinstance(event, ResponseDoneEvent) else None

Without it FastStream rejects the subscriber as the broker starts, since pydantic does
not support attrs classes. All other parameters, and all messages of other types, are
left to pydantic, or to another serializer that you pass.

Messages are JSON. For MessagePack, or for a shorter way from bytes to audio, set the
decoder of the subscriber, and publish the bytes that its adapter encodes to::

    adapter = MsgpackAdapter(RealtimeServerEvent)

    @broker.subscriber("events", decoder=make_decoder(adapter))
    async def handle(event: RealtimeServerEvent) -> None: ...

    await broker.publish(adapter.encode(event), "events")
"""

from collections.abc import Awaitable, Callable
from copy import deepcopy
from functools import cache, partial
from inspect import Parameter
from types import UnionType
from typing import (
    Annotated,
    Any,
    NamedTuple,
    Protocol,
    TypeVar,
    Union,
    get_args,
    get_origin,
)

import attrs

from rtmodels import json_schema
from rtmodels.adapters._base import ConverterSource, resolve_converter
from rtmodels.adapters.json import JsonAdapter
from rtmodels.converter import Mode
from rtmodels.converter._binding import structure_function, unstructure_function
from rtmodels.errors import Issue, MissingDependencyError, ValidationError

try:
    from fast_depends.library.serializer import OptionItem, Serializer, SerializerProto
    from fast_depends.pydantic import PydanticSerializer
    from faststream import StreamMessage
    from pydantic import RootModel
except ModuleNotFoundError as _exc:
    raise MissingDependencyError("faststream", extra="faststream") from _exc

__all__ = ["WireSerializer", "make_decoder"]

T_co = TypeVar("T_co", covariant=True)


class _BytesAdapter(Protocol[T_co]):
    """A decoder of message bodies: `JsonAdapter`, `MsgpackAdapter`."""

    def decode(self, data: bytes, /) -> T_co:
        """Decode one document."""
        ...


def make_decoder(
    adapter: _BytesAdapter[T_co],
) -> Callable[[StreamMessage[Any]], Awaitable[T_co]]:
    """Make the ``decoder`` of a subscriber, which decodes bodies with *adapter*."""

    async def decode(message: StreamMessage[Any]) -> T_co:
        return adapter.decode(message.body)

    return decode


class WireSerializer:
    """Reads parameters and writes messages that are attrs classes, or made of them.

    A message that does not fit the schema raises `ValidationError`, with all its
    issues; FastStream then applies the subscriber's ``ack_policy`` and continues with
    the next message. Publishing what the wire cannot hold raises `EncodeError`.
    """

    def __init__(
        self,
        inner: SerializerProto | None = None,
        *,
        mode: Mode | None = None,
        converter: ConverterSource | None = None,
    ) -> None:
        """Make the serializer.

        Args:
            inner: The serializer for all other types, in place of FastStream's own.
            mode: As for `JsonAdapter`.
            converter: As for `JsonAdapter`.
        """
        self._inner = inner or PydanticSerializer(use_fastdepends_errors=False)
        self._mode: Mode = mode or "tolerant"
        resolved = resolve_converter(mode, converter, binary=False)
        self._converter = resolved
        self._json: Callable[[Any], Any] = cache(
            partial(JsonAdapter, converter=resolved)
        )
        self._writer: Callable[[Any], Any] = cache(
            partial(unstructure_function, converter=resolved)
        )

    def __call__(
        self, *, name: str, options: list[OptionItem], response_type: Any
    ) -> Serializer:
        """Make the serializer of the handler *name*."""
        # FastStream passes the whole message to a handler's only parameter.
        several = sum(option.source is None for option in options) > 1

        readers: dict[str, _Reader] = {}
        for option in filter(_is_model_option, options):
            readers[option.field_name] = _Reader(
                structure_function(_bare(option.field_type), self._converter),
                _bare(option.field_type),
                option.default_value,
                (option.field_name,) if several else (),
            )
            # FastStream describes messages to AsyncAPI by these very options.
            option.field_type = self._describe(
                option.field_type, f"{name}:{option.field_name}"
            )
        rest = [option for option in options if option.field_name not in readers]

        returned = OptionItem("return", response_type)
        if _is_model_option(returned):
            type_ = _bare(response_type)
            read = structure_function(type_, self._converter)
            readers["return"] = _Reader(read, type_, ..., ())
            returned.field_type = self._describe(response_type, f"{name}:return")
            response_type = Parameter.empty

        inner = self._inner(name=name, options=rest, response_type=response_type)
        return _HandlerSerializer(name, options, returned.field_type, inner, readers)

    def encode(self, message: Any) -> bytes:
        """Encode a message that is neither bytes nor a string.

        Raises:
            EncodeError: It is an attrs instance that holds what JSON cannot.
        """
        if attrs.has(type(message)):
            data: bytes = self._json(type(message)).encode(message)
            return data
        return self._inner.encode(self._to_wire(message))

    def _to_wire(self, value: Any) -> Any:
        """Return *value* with wire data in place of instances."""
        if attrs.has(type(value)):
            return self._writer(type(value))(value)
        if isinstance(value, dict):
            return {key: self._to_wire(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self._to_wire(item) for item in value]
        return value

    def _describe(self, type_: Any, name: str) -> Any:
        """Make the model by which pydantic describes *type_* in a schema.

        It replaces *type_*, which pydantic rejects, and reads nothing.
        """
        try:
            schema = json_schema(_bare(type_), mode=self._mode)
        except TypeError:  # a user-defined class
            schema = {}

        schema.pop("$schema", None)
        if "properties" not in schema:
            # FastStream adds properties, so the schema must not share a name.
            schema["title"] = f"{name}:Payload"

        class Description(RootModel[Any]):
            @classmethod
            def model_json_schema(cls, *_: Any, **__: Any) -> dict[str, Any]:
                return deepcopy(schema)

        Description.__name__ = Description.__qualname__ = schema["title"]
        return Description


class _Reader(NamedTuple):
    """How to read one parameter or a returned value."""

    read: Callable[[Any], Any]
    type: Any
    default: Any
    steps: tuple[str, ...]
    """The path from the root of the message to the value."""

    def __call__(self, value: Any) -> Any:
        """Read *value*, unless a decoder has made it an instance already."""
        return value if _is_instance(value, self.type) else self.read(value)


class _HandlerSerializer(Serializer):
    """Reads the parameters of one handler, and checks the value that it returns."""

    def __init__(
        self,
        name: str,
        options: list[OptionItem],
        response_type: Any,
        inner: Serializer,
        readers: dict[str, _Reader],
    ) -> None:
        super().__init__(name=name, options=options, response_type=response_type)
        self._inner = inner
        self._readers = readers
        self._returned = readers.pop("return", None)
        self.model = getattr(inner, "model", None)
        """FastStream names the message after it."""

    def get_aliases(self) -> tuple[str, ...]:
        """Return the names that messages have for the parameters."""
        return (*self._inner.get_aliases(), *self._readers)

    def __call__(self, call_kwargs: dict[str, Any]) -> dict[str, Any]:
        """Read the parameters."""
        read: dict[str, Any] = {}
        issues: list[Issue] = []
        for name, reader in self._readers.items():
            if name in call_kwargs:
                try:
                    read[name] = reader(call_kwargs[name])
                except ValidationError as exc:
                    issues += [issue.under(*reader.steps) for issue in exc.issues]
            elif reader.default is not ...:
                read[name] = reader.default
            else:
                issues.append(Issue(reader.steps, "a value", "nothing"))
        if issues:
            raise ValidationError(tuple(issues))
        rest = {name: call_kwargs[name] for name in call_kwargs.keys() - read.keys()}
        return self._inner(rest) | read

    def response(self, value: Any) -> Any:
        """Check the value that the handler returns; wire data becomes an instance."""
        return self._returned(value) if self._returned else self._inner.response(value)


def _bare(type_: Any) -> Any:
    """Return the type inside ``Annotated``."""
    return get_args(type_)[0] if get_origin(type_) is Annotated else type_


def _is_model_option(option: OptionItem) -> bool:
    """Check whether the type of *option* is an attrs class, or made of such."""
    return _holds_attrs(option.field_type)


def _holds_attrs(type_: Any) -> bool:
    if isinstance(type_, type) and attrs.has(type_):
        return True
    return any(map(_holds_attrs, get_args(type_)))


def _is_instance(value: Any, type_: Any) -> bool:
    """Check whether *value* is an instance of *type_* already."""
    args = get_args(type_)
    match get_origin(type_):
        case None:
            return isinstance(value, type_)
        case origin if origin in {Union, UnionType}:
            return any(_is_instance(value, arg) for arg in args)
        case origin if origin in {tuple, list}:
            return isinstance(value, origin) and all(
                _is_instance(item, args[0]) for item in value
            )
        case _:
            return False
