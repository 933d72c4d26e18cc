"""Our types in pydantic and FastAPI: as fields, bodies, responses and messages.

::

    from typing import Annotated

    from fastapi import Body, FastAPI, WebSocket
    from pydantic import BaseModel, TypeAdapter, ValidationError
    from rtmodels import RealtimeClientEvent, RealtimeConversationItem, RealtimeResponse
    from rtmodels.adapters.pydantic import Wire

    class Turn(BaseModel):
        caller: str
        response: Annotated[RealtimeResponse, Wire()]

    ClientEvent = Annotated[RealtimeClientEvent, Wire()]
    Items = Annotated[tuple[RealtimeConversationItem, ...], Wire()]
    events = TypeAdapter(ClientEvent)
    app = FastAPI()

    @app.post("/turns")
    def add_turn(turn: Turn) -> Items:
        return turn.response.output or ()

    @app.post("/events")
    def add_event(event: Annotated[ClientEvent, Body()]) -> ClientEvent:
        return event

    @app.websocket("/events")
    async def listen(websocket: WebSocket) -> None:
        await websocket.accept()
        async for text in websocket.iter_text():
            try:
                event = events.validate_json(text)
            except ValidationError as exc:
                await websocket.send_text(exc.json(include_url=False))
            else:
                await websocket.send_bytes(events.dump_json(event))

``Body()`` tells FastAPI that a parameter is the body: of classes other than pydantic's
it thinks that they are in the query.
"""

from collections.abc import Mapping
from dataclasses import is_dataclass
from functools import cache
from math import isfinite
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin

import attrs
from attrs import frozen
from cattrs import Converter

from rtmodels import Issue, Mode, ValidationError
from rtmodels._display import truncate
from rtmodels.adapters._base import ConverterSource, resolve_converter
from rtmodels.adapters._schema import REFERENCE, describe
from rtmodels.adapters.dicts import DictAdapter
from rtmodels.errors import MissingDependencyError

try:
    import pydantic
    from pydantic.errors import PydanticInvalidForJsonSchema
    from pydantic_core import InitErrorDetails, PydanticCustomError, core_schema
except ModuleNotFoundError as _exc:
    raise MissingDependencyError("pydantic", extra="pydantic") from _exc

__all__ = ["Wire"]

TYPE = "rtmodels_type"
"""The key of a core schema's metadata that holds the type."""

MAX_BITS = 64
"""Longer integers are not shown in an error."""


@frozen(kw_only=True)
class Wire:
    """Has pydantic read and write *T* by our converter: ``Annotated[T, Wire()]``.

    *T* is a class or union of ours, ``tuple[T, ...]`` of these, or any type that the
    converter knows. Instances of it are taken as they are; all else is wire data.

    ``model_dump()`` gives dicts, with audio as bytes; ``model_dump(mode="json")`` and
    ``model_dump_json()`` give it as base64 text. Where the value is not a *T*, pydantic
    says so with its ``PydanticSerializationError``.

    What is wrong with wire data is told at once, in errors of the type
    ``wire_mismatch``. Their ``input`` is the value at fault or, where a key is missing,
    the object without it. Long text is cut, objects and arrays are only hinted at, and
    what JSON cannot hold is named, so that a response with the errors holds no payload.

    The JSON Schema is that of `rtmodels.json_schema`. Give a type that it does not know
    one of yours: ``Annotated[T, Wire(converter=...), WithJsonSchema({...})]``.
    """

    mode: Mode | None = None
    """``strict``, ``tolerant`` (the default) or ``forgiving``."""

    converter: ConverterSource | None = None
    """What reads and writes, in place of a *mode*: a converter, or what makes one.

    `rtmodels.configure` has taught it our types. ``model_dump()`` gives what it writes,
    and the JSON Schema is that of tolerant mode, as it does not tell its own.
    """

    def __get_pydantic_core_schema__(
        self, source: Any, _: pydantic.GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Make the schema that validates and serialises *source*."""
        type_ = _resolve(source)
        codec = _make_codec(type_, self)
        return core_schema.no_info_plain_validator_function(
            codec,
            serialization=core_schema.plain_serializer_function_ser_schema(
                codec.write, info_arg=True
            ),
            metadata={TYPE: type_},
        )

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: pydantic.GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Describe the type, its definitions being among pydantic's."""
        type_ = schema.get("metadata", {})[TYPE]
        try:
            document, definitions = describe(type_, self.mode)
        except TypeError as exc:
            raise PydanticInvalidForJsonSchema(str(exc)) from exc
        move = _Move(self.mode or "tolerant", definitions, handler)
        return cast("dict[str, Any]", move(document))


def _resolve(source: Any) -> Any:
    """Give what a type variable or a ``type`` alias stands for.

    A generic model is also made as it is, without types for its variables.
    """
    if isinstance(source, TypeVar):
        return source.__bound__ or Any
    return getattr(source, "__value__", source)


class _Codec:
    """Reads one type, and writes it; called, it reads."""

    def __init__(self, type_: Any, wire: Wire) -> None:
        self._is_tuple = get_origin(type_) is tuple and get_args(type_)[1:] == (...,)
        item = get_args(type_)[0] if self._is_tuple else type_
        members = get_args(item) if get_origin(item) in (Union, UnionType) else (item,)
        self._classes = tuple(
            cls
            for cls in members
            if isinstance(cls, type) and (attrs.has(cls) or is_dataclass(cls))
        )
        self._json, self._python = (
            DictAdapter(type_, converter=converter)
            for converter in _take_converters(wire)
        )
        self._name = " | ".join(cls.__name__ for cls in self._classes) or str(type_)

    def __repr__(self) -> str:
        """Be named by the type where pydantic names validators: in titles, in locs."""
        return truncate(self._name)

    def __call__(self, value: Any) -> Any:
        """Read *value*, unless that is done."""
        if isinstance(value, self._classes):
            return value
        if self._is_tuple and self._are_instances(value):
            return tuple(value)
        try:
            return self._json.decode(value)
        except ValidationError as exc:
            issues = exc.issues
        # pydantic puts the errors in one of its own among those of the other fields
        raise pydantic.ValidationError.from_exception_data(
            repr(self), [_explain(issue, value) for issue in issues]
        )

    def _are_instances(self, value: Any) -> bool:
        """Tell whether there is nothing to read in *value*."""
        return isinstance(value, list | tuple) and all(
            isinstance(item, self._classes) for item in value
        )

    def write(self, value: Any, info: pydantic.SerializationInfo) -> Any:
        """Write *value*; pydantic makes its own error of ours."""
        return (self._json if info.mode_is_json() else self._python).encode(value)


@cache
def _take_converters(wire: Wire) -> tuple[Converter, Converter]:
    """Give the converters for JSON and for Python, which all types share."""
    return (
        resolve_converter(wire.converter, wire.mode, binary=False),
        resolve_converter(wire.converter, wire.mode, binary=True),
    )


@cache
def _make_codec(type_: Any, wire: Wire) -> _Codec:
    """Make the codec for *type_*, once."""
    return _Codec(type_, wire)


def _explain(issue: Issue, value: Any) -> InitErrorDetails:
    """Put *issue*, which was found in *value*, as pydantic does."""
    for step in issue.loc:
        try:
            value = value[step]
        except Exception:  # noqa: BLE001 - whatever kind of mapping it is
            break
    return InitErrorDetails(
        type=PydanticCustomError(
            "wire_mismatch",
            "expected {expected}, got {got}",
            {"expected": _escape(issue.expected), "got": _escape(issue.got)},
        ),
        loc=tuple(
            _escape(step) if isinstance(step, str) else step for step in issue.loc
        ),
        input=_hint(value, issue.got),
    )


def _hint(value: Any, got: str) -> Any:
    """Give as much of *value* as an error may hold, and JSON can; or else *got*."""
    match value:
        case str():
            return truncate(_escape(value))
        case dict():
            return {"...": "..."} if value else {}
        case list():
            return ["..."] if value else []
        case None | bool():
            return value
        case int() if value.bit_length() <= MAX_BITS:
            return value
        case float() if isfinite(value):
            return value
        case _:
            return got


def _escape(text: str) -> str:
    """Replace the lone surrogates in *text*, which UTF-8 cannot hold."""
    return text.encode(errors="backslashreplace").decode()


@frozen
class _Move:
    """Moves one of our documents, part by part, into a document of pydantic's.

    Called with a part, it gives that with the references as pydantic has them.
    """

    mode: Mode
    definitions: Mapping[str, Any]
    handler: pydantic.GetJsonSchemaHandler
    _references: dict[str, str] = attrs.field(init=False, factory=dict)

    def __call__(self, node: Any) -> Any:
        match node:
            case {"type": [*types], **rest}:  # FastAPI before 0.117 takes one type only
                return self(rest) | {"anyOf": [{"type": type_} for type_ in types]}
            case dict():
                return {key: self(value) for key, value in node.items()}
            case list():
                return [self(item) for item in node]
            case str() if node.startswith(REFERENCE):
                return self._refer(node.removeprefix(REFERENCE))
            case _:
                return node

    def _refer(self, name: str) -> str:
        """Give pydantic's reference to a definition, after telling it what that is.

        Pydantic knows definitions by an id, and finds names for them in the end: as
        short as can be, and longer where somebody else's class has the same name. Two
        documents may have different things of one name, if a class of the user's is
        called as one of ours; so the text is in the id, with the ids that it refers to.
        """
        if name not in self._references:
            schema = self(self.definitions[name])
            id_ = f"rtmodels.{self.mode}.{name}:{hash(repr(schema))}"
            carrier = pydantic.TypeAdapter(
                Annotated[Any, pydantic.WithJsonSchema(schema)]
            )
            definition = core_schema.any_schema(
                ref=id_, metadata=carrier.core_schema.get("metadata")
            )
            reference = self.handler(
                core_schema.definitions_schema(
                    core_schema.definition_reference_schema(id_), [definition]
                )
            )
            self._references[name] = reference["$ref"]
        return self._references[name]
