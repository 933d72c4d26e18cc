"""A plugin for Litestar, whose handlers may then use the types of rtmodels.

::

    from contextlib import suppress
    from typing import Annotated

    from litestar import Litestar, WebSocket, post, websocket
    from litestar.exceptions import WebSocketDisconnect
    from litestar.params import Body
    from rtmodels import RealtimeClientEvent, RealtimeResponse, RtmodelsError
    from rtmodels.adapters import JsonAdapter
    from rtmodels.adapters.litestar import RtmodelsPlugin

    events = JsonAdapter(RealtimeClientEvent)

    @post("/responses")
    async def add(data: Annotated[RealtimeResponse, Body()]) -> RealtimeResponse:
        return data

    @websocket("/events")
    async def listen(socket: WebSocket) -> None:
        await socket.accept()
        with suppress(OSError, WebSocketDisconnect):  # if the client left before a send
            async for text in socket.iter_data():
                try:
                    await socket.send_json(events.decode(text))
                except RtmodelsError as exc:
                    await socket.send_json({"problem": str(exc)})

    app = Litestar([add, listen], plugins=[RtmodelsPlugin()])

The example also needs a server, such as ``uvicorn[standard]``.

The loop continues after a malformed message. A ``websocket_listener`` is shorter, and
closes the connection: see `RtmodelsPlugin`.

Without the plugin, Litestar leaves the classes to msgspec, which reads ``"5"`` as 5,
and fails on unions of them. It raises an error if it is to encode an instance.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import (
    Any,
    ClassVar,
    Literal,
    Never,
    cast,
    get_args,
    get_type_hints,
    is_typeddict,
)

import attrs

from rtmodels import Issue, Mode, Model, Unknown, ValidationError
from rtmodels.adapters._base import ConverterSource, resolve_converter
from rtmodels.adapters._schema import REFERENCE, describe
from rtmodels.adapters.dicts import DictAdapter
from rtmodels.adapters.json import JsonAdapter
from rtmodels.errors import DecodeError, MissingDependencyError

try:
    from litestar import Request, Response, WebSocket
    from litestar.config.app import AppConfig
    from litestar.dto import AbstractDTO
    from litestar.exceptions import ValidationException, WebSocketException
    from litestar.openapi.spec import Reference, Schema
    from litestar.plugins import InitPlugin, SerializationPlugin
    from litestar.typing import FieldDefinition
    from litestar.utils import get_serializer_from_scope

    from rtmodels.adapters.msgpack import MsgpackAdapter
    from rtmodels.adapters.msgspec import make_hooks
except ModuleNotFoundError as _exc:
    raise MissingDependencyError("litestar", extra="litestar") from _exc

__all__ = ["RtmodelsPlugin"]

MAX_REASON = 123
"""Maximum length of the reason for closing a websocket, in bytes of UTF-8."""

KEYWORDS = {
    field.metadata.get("alias", field.name): field.name for field in fields(Schema)
}
"""Litestar's attribute for each keyword of JSON Schema."""

LISTS = {"allOf", "anyOf", "oneOf", "prefixItems"}
TABLES = {"patternProperties", "properties"}
SINGLES = {
    *("additionalProperties", "items", "propertyNames"),
    *("if", "then", "else", "not"),
}
"""Keywords whose value is one schema; those of `LISTS` and `TABLES` have several."""


class RtmodelsPlugin(InitPlugin, SerializationPlugin):
    """Decodes bodies and messages for handlers, and encodes what they return.

    The plugin supports schema classes and unions, tuples, lists and dicts of these, and
    attrs classes, dataclasses, typed dicts and named tuples that hold any of them. For
    msgspec's Structs, see `rtmodels.adapters.msgspec`. Bodies are JSON or, by their
    ``Content-Type``, MessagePack. Audio is base64 text in JSON, and bytes in
    MessagePack.

    A body that does not fit is answered with 400 and an ``extra`` that lists all the
    issues. A message that does not fit closes a ``websocket_listener`` with code 4400
    and the first issue, as any other exception closes it with 4500. To continue after
    such a message, write a ``@websocket`` handler, as the module's example does.

    Instances are encoded as well where no annotation announces them: in a handler's
    ``dict[str, Any]`` or bare ``Response``, in the ``extra`` of an ``HTTPException``,
    and in what the methods ``send_json`` and ``send_msgpack`` of a websocket send. An
    app with a ``websocket_class`` of its own passes these methods a ``serializer``;
    without one, they raise a ``SerializationException``. Streams, server-sent events
    and channels do not use the app's encoders: give them what `JsonAdapter` encodes.

    OpenAPI shows the JSON Schema that `rtmodels.json_schema` returns for each type.
    """

    def __init__(
        self,
        *,
        mode: Mode | None = None,
        converter: ConverterSource | None = None,
    ) -> None:
        """Make the plugin.

        Args:
            mode: As for `JsonAdapter`.
            converter: As for `JsonAdapter`, best configured with ``binary=True``.
        """
        self._mode: Mode | None = mode
        self._text, self._binary = (
            resolve_converter(mode, converter, binary=binary)
            for binary in (False, True)
        )
        # Handlers with the same type share its DTO.
        self._make_dto = cache(self._make_dto_anew)

    def on_app_init(self, app_config: AppConfig) -> AppConfig:
        """Register the encoder of instances that no annotation announces."""
        encode, _ = make_hooks(converter=self._binary)
        app_config.type_encoders = {
            **dict.fromkeys((Model, Unknown), encode),
            **(app_config.type_encoders or {}),
        }
        app_config.websocket_class = app_config.websocket_class or _WebSocket
        return app_config

    def supports_type(self, field_definition: FieldDefinition) -> bool:
        """Check whether the type of *field_definition* is or holds a schema class."""
        return _holds_schema_class(field_definition.annotation)

    def create_dto_for_type(
        self, field_definition: FieldDefinition
    ) -> type[AbstractDTO[Any]]:
        """Return the DTO for the type of *field_definition*."""
        return self._make_dto(_handled_type(field_definition))

    def _make_dto_anew(self, type_: Any) -> "type[_WireDTO]":
        """Make the DTO for *type_*, without the cache."""

        class TypeDTO(_WireDTO):
            wire_type = type_
            mode = self._mode
            json = JsonAdapter(type_, converter=self._text)
            messagepack = MsgpackAdapter(type_, converter=self._binary)
            plain = DictAdapter(type_, converter=self._binary)

        return TypeDTO


class _WebSocket(WebSocket[Any, Any, Any]):
    """Encodes with the app's encoders by default, as responses do."""

    async def send_json(
        self,
        data: Any,
        mode: Literal["text", "binary"] = "text",
        encoding: str = "utf-8",
        serializer: Callable[[Any], Any] | None = None,
    ) -> None:
        """Send *data* as JSON."""
        serializer = serializer or get_serializer_from_scope(self.scope)
        await super().send_json(data, mode, encoding, serializer)

    async def send_msgpack(
        self,
        data: Any,
        encoding: str = "utf-8",
        serializer: Callable[[Any], Any] | None = None,
    ) -> None:
        """Send *data* as MessagePack."""
        serializer = serializer or get_serializer_from_scope(self.scope)
        await super().send_msgpack(data, encoding, serializer)


class _WireDTO(AbstractDTO[Any]):
    """Decodes and encodes values of one type for Litestar."""

    wire_type: ClassVar[Any]
    mode: ClassVar[Mode | None]
    json: ClassVar[JsonAdapter[Any]]
    messagepack: ClassVar[MsgpackAdapter[Any]]
    plain: ClassVar[DictAdapter[Any]]

    def decode_bytes(self, value: bytes) -> Any:
        """Decode a body, or a message of a websocket."""
        # A websocket has no content type.
        content_type, *_ = getattr(self.asgi_connection, "content_type", ("",))
        if "msgpack" in content_type or "messagepack" in content_type:
            return self._read(self.messagepack.decode, value)
        return self._read(self.json.decode, value)

    def decode_builtins(self, value: dict[str, Any]) -> Any:
        """Decode the fields of a form."""
        return self._read(self.plain.decode, value)

    def _read(self, read: Callable[[Any], Any], value: Any) -> Any:
        """Decode *value* with *read*, or raise Litestar's own error."""
        try:
            return read(value)
        except DecodeError as exc:
            self._raise([{"message": str(exc), "key": "data", "source": "body"}])

        except ValidationError as exc:
            self._raise(
                [
                    {
                        "message": f"expected {issue.expected}, got {issue.got}",
                        "key": _body_key(issue) or "data",
                        "source": "body",
                    }
                    for issue in exc.issues
                ]
            )

    def _raise(self, problems: list[dict[str, str]]) -> Never:
        """Raise the error by which Litestar reports its own *problems*."""
        connection = self.asgi_connection
        if isinstance(connection, Request):
            place = f"{connection.method} {connection.scope['path']}"
            raise ValidationException(f"Validation failed for {place}", extra=problems)

        first = ": ".join(problems[0][key] for key in ("key", "message"))
        reason = first.encode()[:MAX_REASON].decode(errors="ignore")
        raise WebSocketException(problems, detail=reason, code=4400)

    def data_to_encodable_type(self, data: Any) -> Any:
        """Return the wire data of a handler's result, which may be a response."""
        if isinstance(data, Response):
            data.content = self.plain.encode(data.content)
            return data
        return self.plain.encode(data)

    @classmethod
    def is_supported_model_type_field(cls, field_definition: FieldDefinition) -> bool:
        """Check whether *field_definition* has exactly the type of this DTO."""
        return bool(_handled_type(field_definition) == cls.wire_type)

    @classmethod
    def create_for_field_definition(cls, *_: Any, **__: Any) -> None:
        """Do nothing, since the DTO is complete."""

    @classmethod
    def create_openapi_schema(
        cls,
        field_definition: FieldDefinition,  # noqa: ARG003 - its type is that of the DTO
        handler_id: str,  # noqa: ARG003 - the same for all handlers
        schema_creator: Any,
    ) -> Reference | Schema:
        """Return the schema of the type, with its definitions among Litestar's."""
        try:
            schema, definitions = describe(cls.wire_type, cls.mode)
        except TypeError:  # a class that only the converter knows
            return Schema()

        translator = _SchemaTranslator(definitions, schema_creator.schema_registry)
        return cast("Reference | Schema", translator.translate(schema))

    @classmethod
    def generate_field_definitions(
        cls,
        model_type: type[Any],  # noqa: ARG003
    ) -> Any:
        """Return no fields, since Litestar is to treat the type as a whole."""
        yield from ()

    @classmethod
    def detect_nested_field(
        cls,
        field_definition: FieldDefinition,  # noqa: ARG003
    ) -> bool:
        """Return false, since Litestar is to treat the type as a whole."""
        return False


def _handled_type(field_definition: FieldDefinition) -> Any:
    """Return the type that is annotated, or that of the content of a response."""
    if field_definition.is_subclass_of(Response) and field_definition.args:
        return field_definition.args[0]
    return field_definition.annotation


def _body_key(issue: Issue) -> str:
    """Return the path of *issue* in Litestar's form: ``output[0].role``."""
    steps = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in issue.loc]
    return "".join(steps).lstrip(".")


@attrs.frozen
class _SchemaTranslator:
    """Translates a JSON Schema of rtmodels to Litestar's objects."""

    definitions: Mapping[str, Any]
    registry: Any
    """Litestar's registry of components, which it names at the end."""

    def translate(self, node: Any) -> Any:
        """Return Litestar's object for a part of the schema."""
        match node:
            case {"$ref": reference}:
                return self._refer(reference.removeprefix(REFERENCE))

            case dict():
                return Schema(
                    **{
                        KEYWORDS[key]: self._translate_value(key, value)
                        for key, value in node.items()
                        if key != "discriminator"  # which only repeats the constants
                    }
                )

            case _:
                return node

    def _translate_value(self, key: str, value: Any) -> Any:
        """Return the value of the keyword *key* with Litestar's objects in it."""
        if key in LISTS:
            return [self.translate(item) for item in value]
        if key in TABLES:
            return {name: self.translate(item) for name, item in value.items()}
        return self.translate(value) if key in SINGLES else value

    def _refer(self, name: str) -> Reference:
        """Return the reference to a definition, after registering it."""
        field = FieldDefinition.from_annotation(_placeholder_class(name))
        reference = self.registry.get_reference_for_field_definition(field)

        if reference is None:
            # The registered schema is filled after the fact: a recursive definition
            # finds itself registered, and refers to it.
            schema = self.registry.get_schema_for_field_definition(field)
            translated = self.translate(self.definitions[name])
            for attribute in fields(Schema):
                value = getattr(translated, attribute.name)
                setattr(schema, attribute.name, value)
            reference = self.registry.get_reference_for_field_definition(field)

        return cast("Reference", reference)


@cache
def _placeholder_class(name: str) -> type:
    """Make the class that identifies the definition *name* to Litestar."""
    return type(name, (), {"__module__": "rtmodels"})


@cache
def _holds_schema_class(type_: Any) -> bool:
    """Check whether *type_* is a schema class, or holds one."""
    return _search(type_, set())


def _search(type_: Any, seen: set[Any]) -> bool:
    """Check whether *type_* is or holds a schema class; skip classes *seen* before."""
    if isinstance(type_, type) and issubclass(type_, (Model, Unknown)):
        return True

    if isinstance(type_, type) and type_ not in seen:
        seen.add(type_)  # user-defined classes may be recursive
        return any(_search(item, seen) for item in _field_types(type_))

    return any(_search(item, seen) for item in get_args(type_))


def _field_types(cls: type) -> Iterable[Any]:
    """Return the types of the fields of *cls*, or nothing if it is a class without."""
    try:
        if attrs.has(cls):
            return [field.type for field in attrs.fields(attrs.resolve_types(cls))]
        if is_dataclass(cls) or is_typeddict(cls) or hasattr(cls, "_fields"):
            return get_type_hints(cls).values()
    except NameError:
        pass  # names that exist for type checkers only: not even Litestar finds them
    return ()
