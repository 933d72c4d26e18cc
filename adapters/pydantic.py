"""The types of rtmodels in pydantic models and in FastAPI.

::

    from typing import Annotated

    from fastapi import Body, FastAPI
    from pydantic import BaseModel
    from rtmodels import RealtimeClientEvent, RealtimeConversationItem, RealtimeResponse
    from rtmodels.adapters.pydantic import Wire

    class Turn(BaseModel):
        caller: str
        response: Annotated[RealtimeResponse, Wire()]

    ClientEvent = Annotated[RealtimeClientEvent, Wire()]
    Items = Annotated[tuple[RealtimeConversationItem, ...], Wire()]
    app = FastAPI()

    @app.post("/turns")
    def add_turn(turn: Turn) -> Items:
        return turn.response.output or ()

    @app.post("/events")
    def add_event(event: Annotated[ClientEvent, Body()]) -> ClientEvent:
        return event

The example also needs ``fastapi``, and a server such as ``uvicorn[standard]``. FastAPI
needs ``Body()``: without it, parameters of classes other than pydantic's are read from
the query. Without ``Wire()``, the definition of a model or endpoint raises a
`TypeError` that names it.

For websockets, `rtmodels.adapters.starlette` has a connection whose loop continues
after a malformed message.
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
"""The key of the type in the metadata of a core schema."""

MAX_INPUT_BITS = 64
"""Length of the longest integer that an error shows as its input."""


@frozen(kw_only=True)
class Wire:
    """Annotation with which pydantic reads and writes *T*: ``Annotated[T, Wire()]``.

    *T* is a schema class or union, ``tuple[T, ...]`` of these, or any type that the
    converter supports. Instances are accepted as they are; any other value is read as
    wire data.

    ``model_dump()`` returns dicts, with audio as bytes. ``model_dump(mode="json")`` and
    ``model_dump_json()`` return audio as base64 text. If the value is not a *T*,
    pydantic raises its ``PydanticSerializationError``.

    All problems of wire data are reported at once, in errors of type ``wire_mismatch``.
    Their ``input`` is the value at fault or, for a missing key, the object that lacks
    it. A response that shows the errors contains no payload: long text is truncated,
    objects and arrays are shown as ``...``, and a value that JSON cannot represent is
    shown as its type.

    The JSON Schema is that of `rtmodels.json_schema`. For a type that it does not
    support, add your own:
    ``Annotated[T, Wire(converter=...), WithJsonSchema({...})]``.
    """

    mode: Mode | None = None
    """As for `JsonAdapter`."""

    converter: ConverterSource | None = None
    """As for `JsonAdapter`, in place of a *mode*.

    ``model_dump()`` returns the output of the converter. The JSON Schema is that of
    tolerant mode, since a converter does not reveal its mode.
    """

    def __get_pydantic_core_schema__(
        self, source: Any, _: pydantic.GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Build the schema by which pydantic validates and serialises *source*."""
        type_ = _resolve_alias(source)
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
        """Return the JSON Schema of the type, with its definitions among pydantic's."""
        type_ = schema.get("metadata", {})[TYPE]
        try:
            document, definitions = describe(type_, self.mode)
        except TypeError as exc:
            raise PydanticInvalidForJsonSchema(str(exc)) from exc

        embed = _SchemaEmbedder(self.mode or "tolerant", definitions, handler)
        return cast("dict[str, Any]", embed(document))


def _resolve_alias(source: Any) -> Any:
    """Return the type behind a type variable or a ``type`` alias.

    pydantic also builds generic models whose variables have no types yet.
    """
    if isinstance(source, TypeVar):
        return source.__bound__ or Any
    return getattr(source, "__value__", source)


class _Codec:
    """Decodes values of one type, when called, and encodes them."""

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
            for converter in _resolve_converters(wire)
        )
        self._name = " | ".join(cls.__name__ for cls in self._classes) or str(type_)

    def __repr__(self) -> str:
        """Return the name of the type, which pydantic shows in titles and in locs."""
        return truncate(self._name)

    def __call__(self, value: Any) -> Any:
        """Decode *value*, or return it if it is an instance."""
        if isinstance(value, self._classes):
            return value
        if self._is_tuple and self._are_instances(value):
            return tuple(value)

        try:
            return self._json.decode(value)
        except ValidationError as exc:
            issues = exc.issues

        # pydantic merges errors of its own class into those of the other fields. Any
        # other error would become a single line, without the paths of the issues.
        raise pydantic.ValidationError.from_exception_data(
            repr(self), [_error_details(issue, value) for issue in issues]
        )

    def _are_instances(self, value: Any) -> bool:
        """Check whether all items of *value* are instances."""
        return isinstance(value, list | tuple) and all(
            isinstance(item, self._classes) for item in value
        )

    def write(self, value: Any, info: pydantic.SerializationInfo) -> Any:
        """Encode *value*; pydantic turns an error into its own."""
        return (self._json if info.mode_is_json() else self._python).encode(value)


@cache
def _resolve_converters(wire: Wire) -> tuple[Converter, Converter]:
    """Return the converters of *wire* for JSON and for Python; all types share them."""
    return (
        resolve_converter(wire.mode, wire.converter, binary=False),
        resolve_converter(wire.mode, wire.converter, binary=True),
    )


@cache
def _make_codec(type_: Any, wire: Wire) -> _Codec:
    """Return the codec for *type_*, made once."""
    return _Codec(type_, wire)


def _error_details(issue: Issue, value: Any) -> InitErrorDetails:
    """Return pydantic's description of *issue*, which was found in *value*."""
    for step in issue.loc:
        try:
            value = value[step]
        except Exception:  # noqa: BLE001 - a mapping may raise anything
            break  # the key is missing: the input is the object that lacks it

    return InitErrorDetails(
        type=PydanticCustomError(
            "wire_mismatch",
            "expected {expected}, got {got}",
            {
                "expected": _escape_surrogates(issue.expected),
                "got": _escape_surrogates(issue.got),
            },
        ),
        loc=tuple(
            _escape_surrogates(step) if isinstance(step, str) else step
            for step in issue.loc
        ),
        input=_show_input(value, issue.got),
    )


def _show_input(value: Any, got: str) -> Any:
    """Return an excerpt of *value* for an error, or *got* if JSON cannot hold it."""
    match value:
        case str():
            return truncate(_escape_surrogates(value))
        case dict():
            return {"...": "..."} if value else {}
        case list():
            return ["..."] if value else []
        case None | bool():
            return value
        case int() if value.bit_length() <= MAX_INPUT_BITS:
            return value
        case float() if isfinite(value):
            return value
        case _:
            return got


def _escape_surrogates(text: str) -> str:
    """Escape the lone surrogates in *text*, which UTF-8 cannot represent."""
    return text.encode(errors="backslashreplace").decode()


@frozen
class _SchemaEmbedder:
    """Embeds a JSON Schema of rtmodels in a document of pydantic.

    A call with a part of the schema returns the part with pydantic's references.
    """

    mode: Mode
    definitions: Mapping[str, Any]
    handler: pydantic.GetJsonSchemaHandler
    _references: dict[str, str] = attrs.field(init=False, factory=dict)

    def __call__(self, node: Any) -> Any:
        match node:
            # FastAPI before 0.117 accepts no list of types.
            case {"type": [*types], **rest}:
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
        """Return pydantic's reference to a definition, after registering it.

        pydantic identifies definitions by an id and names them at the end: as briefly
        as possible, and longer if another class has the same name.
        """
        if name not in self._references:
            schema = self(self.definitions[name])
            # Two documents may define one name differently, if a user-defined class is
            # named like one of rtmodels. So the id depends on the text as well, and
            # through the references in the text on the definitions below.
            id_ = f"rtmodels.{self.mode}.{name}:{hash(repr(schema))}"
            carrier = pydantic.TypeAdapter(
                Annotated[Any, pydantic.WithJsonSchema(schema)]
            )

            # The handler registers a definition only where a core schema refers to it,
            # so it gets one that accepts anything and carries the JSON Schema.
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
