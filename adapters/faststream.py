"""A serializer for FastStream, whose handlers may then use the types of rtmodels.

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

The example also needs ``faststream[redis]``. Without the serializer, the broker starts,
and every message fails: pydantic accepts nothing but an instance of the class, and
encodes none. Parameters and messages of other types are left to pydantic, or to a
serializer that you pass.

Messages are JSON. For MessagePack, or to decode audio faster, set the decoder of the
subscriber, and publish the bytes that its adapter returns::

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
    """A decoder of message bodies, such as `JsonAdapter` or `MsgpackAdapter`."""

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
    """Decodes parameters and encodes messages of attrs classes, or of types with them.

    A message that does not fit the schema raises `ValidationError` with all its issues.
    FastStream then applies the subscriber's ``ack_policy``, and continues with the next
    message. Publishing a value that the wire cannot represent raises `EncodeError`.
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
        # A handler's only parameter gets the whole message, and several get a key each,
        # which then belongs to the paths of issues. Dependencies do not count.
        several = sum(option.source is None for option in options) > 1

        readers: dict[str, _Reader] = {}
        for option in filter(_is_model_option, options):
            readers[option.field_name] = _Reader(
                structure_function(_bare(option.field_type), self._converter),
                _bare(option.field_type),
                option.default_value,
                (option.field_name,) if several else (),
            )
            # FastStream makes the AsyncAPI document from these very options.
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
            EncodeError: *message* is an attrs instance with a value that JSON cannot
                represent.
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
        """Make a model with the JSON Schema of *type_*.

        It replaces *type_*, which pydantic rejects, and never reads a message.
        """
        try:
            schema = json_schema(_bare(type_), mode=self._mode)
        except TypeError:  # a class that only the converter knows
            schema = {}

        schema.pop("$schema", None)
        if "properties" not in schema or "title" not in schema:
            # FastStream adds `properties` to such a schema and files it by its title. A
            # title of its own keeps it apart from the unchanged schema of the type.
            schema["title"] = f"{name}:Payload"

        class Description(RootModel[Any]):
            @classmethod
            def model_json_schema(cls, *_: Any, **__: Any) -> dict[str, Any]:
                return deepcopy(schema)

        Description.__name__ = Description.__qualname__ = schema["title"]
        return Description


class _Reader(NamedTuple):
    """The decoder of one parameter or of the returned value."""

    read: Callable[[Any], Any]
    type: Any
    default: Any
    steps: tuple[str, ...]
    """The path from the root of the message to the value."""

    def __call__(self, value: Any) -> Any:
        """Decode *value*, unless a subscriber's decoder has made it an instance."""
        return value if _is_instance(value, self.type) else self.read(value)


class _HandlerSerializer(Serializer):
    """Decodes the parameters of one handler, and checks the value that it returns."""

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
        """The model after which FastStream names the message."""

    def get_aliases(self) -> tuple[str, ...]:
        """Return the keys of the parameters in a message."""
        return (*self._inner.get_aliases(), *self._readers)

    def __call__(self, call_kwargs: dict[str, Any]) -> dict[str, Any]:
        """Decode the parameters."""
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
        """Check the value that the handler returned; decode it if it is wire data."""
        return self._returned(value) if self._returned else self._inner.response(value)


def _bare(type_: Any) -> Any:
    """Return the type inside ``Annotated``."""
    return get_args(type_)[0] if get_origin(type_) is Annotated else type_


def _is_model_option(option: OptionItem) -> bool:
    """Check whether the type of *option* is an attrs class, or has one in it."""
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
