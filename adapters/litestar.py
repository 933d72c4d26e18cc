"""A plugin for Litestar, whose handlers take and return our types.

::

    from typing import Annotated

    from litestar import Litestar, post, websocket_listener
    from litestar.params import Body
    from rtmodels import RealtimeClientEvent, RealtimeResponse
    from rtmodels.adapters.litestar import RtmodelsPlugin

    @post("/responses")
    async def add(data: Annotated[RealtimeResponse, Body()]) -> RealtimeResponse:
        return data

    @websocket_listener("/events")
    async def listen(data: RealtimeClientEvent) -> RealtimeClientEvent:
        return data

    app = Litestar([add, listen], plugins=[RtmodelsPlugin()])

Without it, Litestar hands our classes to msgspec, which reads them by rules of its own
and takes ``"5"`` for 5, and it fails on unions of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, ClassVar, Never, cast, get_args

import attrs

from rtmodels import Mode, Model, Unknown, ValidationError
from rtmodels.adapters._base import ConverterSource, resolve_converter
from rtmodels.adapters._schema import REFERENCE, describe
from rtmodels.adapters.dicts import DictAdapter
from rtmodels.adapters.json import JsonAdapter
from rtmodels.errors import DecodeError, MissingDependencyError

try:
    from litestar import Request, Response
    from litestar.dto import AbstractDTO
    from litestar.exceptions import ValidationException, WebSocketException
    from litestar.openapi.spec import Reference, Schema
    from litestar.plugins import SerializationPlugin
    from litestar.typing import FieldDefinition

    from rtmodels.adapters.msgpack import MsgpackAdapter
except ModuleNotFoundError as _exc:
    raise MissingDependencyError("litestar", extra="litestar") from _exc

__all__ = ["RtmodelsPlugin"]

MAX_REASON = 123
"""No more bytes than these go into the reason for closing a websocket."""

KEYWORDS = {
    field.metadata.get("alias", field.name): field.name for field in fields(Schema)
}
"""What Litestar calls each keyword of JSON Schema."""

LISTS = {"allOf", "anyOf", "oneOf", "prefixItems"}
TABLES = {"patternProperties", "properties"}
SINGLES = {
    *("additionalProperties", "items", "propertyNames"),
    *("if", "then", "else", "not"),
}
"""The keywords that hold schemas."""


class RtmodelsPlugin(SerializationPlugin):
    """Reads bodies and messages that hold our types, and writes what is returned.

    It serves our classes and unions, tuples, lists and dicts of these, and your attrs
    classes and dataclasses that hold any. Structs of msgspec hold them by
    `rtmodels.adapters.msgspec`. Bodies are JSON or, by their ``Content-Type``,
    MessagePack; audio is bytes in there, and base64 text in JSON.

    A body that does not fit is answered with 400, its ``extra`` listing all the issues.
    A message to a ``websocket_listener`` that does not fit ends it with the code 4400
    and the first issue, as any exception ends it with 4500; to go on after such a
    message, write a ``@websocket`` handler and decode what it receives with
    `JsonAdapter`.

    OpenAPI shows the JSON Schema of each type, as `rtmodels.json_schema` has it.
    """

    def __init__(
        self,
        *,
        mode: Mode | None = None,
        converter: ConverterSource | None = None,
    ) -> None:
        """Make the plugin.

        Args:
            mode: ``strict``, ``tolerant`` (the default) or ``forgiving``.
            converter: A converter that `rtmodels.configure` has taught our types, or
                the function that makes it; best with ``binary=True``.
        """
        self._mode: Mode | None = mode
        self._text, self._binary = (
            resolve_converter(converter, mode, binary=binary)
            for binary in (False, True)
        )
        self._make_dto = cache(self._make_dto_anew)

    def supports_type(self, field_definition: FieldDefinition) -> bool:
        """Tell whether the type of *field_definition* is ours or holds any of ours."""
        return _holds_ours(field_definition.annotation)

    def create_dto_for_type(
        self, field_definition: FieldDefinition
    ) -> type[AbstractDTO[Any]]:
        """Give what reads and writes the type of *field_definition*."""
        return self._make_dto(_content(field_definition))

    def _make_dto_anew(self, type_: Any) -> "type[_WireDTO]":
        """Make what reads and writes *type_*."""

        class TypeDTO(_WireDTO):
            wire_type = type_
            mode = self._mode
            json = JsonAdapter(type_, converter=self._text)
            messagepack = MsgpackAdapter(type_, converter=self._binary)
            plain = DictAdapter(type_, converter=self._binary)

        return TypeDTO


class _WireDTO(AbstractDTO[Any]):
    """Reads and writes values of one type for Litestar."""

    wire_type: ClassVar[Any]
    mode: ClassVar[Mode | None]
    json: ClassVar[JsonAdapter[Any]]
    messagepack: ClassVar[MsgpackAdapter[Any]]
    plain: ClassVar[DictAdapter[Any]]

    def decode_bytes(self, value: bytes) -> Any:
        """Read a body, or a message of a websocket."""
        content_type, *_ = getattr(self.asgi_connection, "content_type", ("",))
        if "msgpack" in content_type or "messagepack" in content_type:
            return self._read(self.messagepack.decode, value)
        return self._read(self.json.decode, value)

    def decode_builtins(self, value: dict[str, Any]) -> Any:
        """Read the fields of a form."""
        return self._read(self.plain.decode, value)

    def _read(self, read: Callable[[Any], Any], value: Any) -> Any:
        """Read *value*, or raise Litestar's own kind of error."""
        try:
            return read(value)
        except DecodeError as exc:
            self._refuse([{"message": str(exc), "key": "data", "source": "body"}])
        except ValidationError as exc:
            self._refuse(
                [
                    {
                        "message": f"expected {issue.expected}, got {issue.got}",
                        "key": issue.path.removeprefix("$").removeprefix(".") or "data",
                        "source": "body",
                    }
                    for issue in exc.issues
                ]
            )

    def _refuse(self, problems: list[dict[str, str]]) -> Never:
        """Say what is wrong as Litestar does when it finds it itself."""
        connection = self.asgi_connection
        if isinstance(connection, Request):
            place = f"{connection.method} {connection.scope['path']}"
            raise ValidationException(f"Validation failed for {place}", extra=problems)
        first = ": ".join(problems[0][key] for key in ("key", "message"))
        reason = first.encode()[:MAX_REASON].decode(errors="ignore")
        raise WebSocketException(problems, detail=reason, code=4400)

    def data_to_encodable_type(self, data: Any) -> Any:
        """Write what a handler returned, also inside a response."""
        if isinstance(data, Response):
            data.content = self.plain.encode(data.content)
            return data
        return self.plain.encode(data)

    @classmethod
    def is_supported_model_type_field(cls, field_definition: FieldDefinition) -> bool:
        """Tell whether *field_definition* has this very type."""
        return bool(_content(field_definition) == cls.wire_type)

    @classmethod
    def create_for_field_definition(cls, *_: Any, **__: Any) -> None:
        """Prepare nothing; all is there."""

    @classmethod
    def create_openapi_schema(
        cls,
        field_definition: FieldDefinition,  # noqa: ARG003 - its type is ours
        handler_id: str,  # noqa: ARG003 - all handlers have the same
        schema_creator: Any,
    ) -> Reference | Schema:
        """Describe the type, its definitions being among Litestar's."""
        try:
            schema, definitions = describe(cls.wire_type, cls.mode)
        except TypeError:  # a class of the user's
            return Schema()
        move = _Move(definitions, schema_creator.schema_registry)
        return cast("Reference | Schema", move.convert(schema))

    @classmethod
    def generate_field_definitions(
        cls,
        model_type: type[Any],  # noqa: ARG003
    ) -> Any:
        """List no fields: Litestar sees the type as a whole."""
        yield from ()

    @classmethod
    def detect_nested_field(
        cls,
        field_definition: FieldDefinition,  # noqa: ARG003
    ) -> bool:
        """See nothing in it, likewise."""
        return False


def _content(field_definition: FieldDefinition) -> Any:
    """Give the type of a parameter, or of what a handler returns in a response."""
    if field_definition.is_subclass_of(Response) and field_definition.args:
        return field_definition.args[0]
    return field_definition.annotation


@attrs.frozen
class _Move:
    """Moves one of our documents, part by part, into a document of Litestar's."""

    definitions: Mapping[str, Any]
    registry: Any
    """Litestar's components, which it gives their names in the end."""

    def convert(self, node: Any) -> Any:
        """Make an object of Litestar's out of a part."""
        match node:
            case {"$ref": reference}:
                return self._refer(reference.removeprefix(REFERENCE))
            case dict():
                return Schema(
                    **{
                        KEYWORDS[key]: self._convert_value(key, value)
                        for key, value in node.items()
                        if key != "discriminator"  # which only repeats the constants
                    }
                )
            case _:
                return node

    def _convert_value(self, key: str, value: Any) -> Any:
        """Convert what a keyword holds."""
        if key in LISTS:
            return [self.convert(item) for item in value]
        if key in TABLES:
            return {name: self.convert(item) for name, item in value.items()}
        return self.convert(value) if key in SINGLES else value

    def _refer(self, name: str) -> Reference:
        """Refer to a definition, after registering it."""
        field = FieldDefinition.from_annotation(_stand_in(name))
        reference = self.registry.get_reference_for_field_definition(field)
        if reference is None:
            schema = self.registry.get_schema_for_field_definition(field)
            converted = self.convert(self.definitions[name])
            for attribute in fields(Schema):
                value = getattr(converted, attribute.name)
                setattr(schema, attribute.name, value)
            reference = self.registry.get_reference_for_field_definition(field)
        return cast("Reference", reference)


@cache
def _stand_in(name: str) -> type:
    """Make a class by which Litestar knows our definition *name*."""
    return type(name, (), {"__module__": "rtmodels"})


@cache
def _holds_ours(type_: Any) -> bool:
    """Tell whether *type_* is one of our classes, or is made of any."""
    return _search(type_, set())


def _search(type_: Any, seen: set[Any]) -> bool:
    """Look for our classes in *type_*, but not in what was *seen*."""
    if isinstance(type_, type) and issubclass(type_, (Model, Unknown)):
        return True
    if isinstance(type_, type) and type_ not in seen:
        seen.add(type_)
        if attrs.has(type_):
            inner = [field.type for field in attrs.fields(attrs.resolve_types(type_))]
        elif is_dataclass(type_):
            inner = [field.type for field in fields(type_)]
        else:
            inner = []
        return any(_search(item, seen) for item in inner)
    return any(_search(item, seen) for item in get_args(type_))
