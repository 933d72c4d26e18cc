"""Serializers for Kombu and Celery whose messages carry our instances as they are.

::

    from celery import Celery
    from rtmodels import RealtimeResponse, RealtimeResponseUsage

    app = Celery("calls", broker=url, backend=url)
    app.conf.task_serializer = app.conf.result_serializer = "rtmodels-json"
    app.conf.accept_content = ["rtmodels-json"]

    @app.task
    def measure(response: RealtimeResponse) -> RealtimeResponseUsage | None:
        return response.usage

    usage = measure.delay(response).get(timeout=10)

Kombu finds ``rtmodels-json`` and ``rtmodels-msgpack`` by itself, as entry points. Our
instances may stand anywhere in a message, next to whatever Kombu's own JSON takes.
Workers that are controlled remotely need ``"json"`` in ``accept_content`` as well,
since Celery sends its commands in it.
"""

from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import rtmodels
from rtmodels.errors import Issue, MissingDependencyError, ValidationError

try:
    from kombu.exceptions import SerializerNotInstalled
    from kombu.utils import json
except ModuleNotFoundError as _exc:
    raise MissingDependencyError("kombu", extra="kombu") from _exc

if TYPE_CHECKING:
    from rtmodels.adapters.dicts import DictAdapter
    from rtmodels.adapters.msgpack import MsgpackAdapter
    from rtmodels.converter import Mode

__all__ = ["JSON", "MSGPACK", "Serializer"]

MARK = {"__type__", "__value__"}
"""The keys of the object that Kombu's JSON writes for what JSON has no word for."""

OURS = "rtmodels."
"""What the ``__type__`` of one of our instances starts with; its class follows."""

LITERAL = "rtmodels:literal"
"""The ``__type__`` that says: here stood a dict which merely looks like a mark."""

MAX_ISSUES = 100

_NAMES: list[str] = vars(rtmodels)["__all__"]
"""The public names, which checkers learn in another way."""


@dataclass(frozen=True, slots=True)
class Serializer:
    """Writes messages for Kombu, and reads them.

    To read differently than `JSON` does, register one of your own::

        forgiving = Serializer(mode="forgiving")
        register("calls", forgiving.dumps, forgiving.loads, "application/x-calls+json")
    """

    binary: bool = False
    """Whether messages are MessagePack, and not JSON."""

    mode: "Mode" = "tolerant"
    """How much to put up with; instances of forgiving mode need it again."""

    def dumps(self, data: Any) -> str | bytes:
        """Write one message, as text in JSON and as bytes in MessagePack.

        Kombu wraps what is raised in its own ``EncodeError``.

        Raises:
            EncodeError: One of our instances holds what the wire cannot.
            TypeError: There is something else in *data* that Kombu's JSON cannot write,
                or a key that is not text in MessagePack.
            SerializerNotInstalled: MessagePack needs ``rtmodels[msgpack]``.
        """
        wire = self._mark(data)
        return _messagepack().encode(wire) if self.binary else json.dumps(wire)

    def loads(self, data: Any) -> Any:
        """Read one message.

        It makes nothing but our own public classes, and what Kombu's JSON would make.
        Kombu wraps what is raised in its own ``DecodeError``.

        Raises:
            ValidationError: A mark names no class of ours, or what is in it does not
                fit; paths begin at the message.
            ValueError: *data* is not JSON or MessagePack.
            SerializerNotInstalled: MessagePack needs ``rtmodels[msgpack]``.
        """
        if self.binary:
            wire = _messagepack().decode(data)
        else:
            wire = json.loads(data, object_hook=None)
        issues: list[Issue] = []
        message = self._unmark(wire, "$", issues)
        if issues:
            raise ValidationError(tuple(issues[:MAX_ISSUES]))
        return message

    def _mark(self, value: Any) -> Any:
        """Replace what the wire has no word for, anywhere in *value*."""
        match value:
            case None | bool():
                return value
            case str():  # of a subclass too, which msgspec refuses
                return str.__str__(value)
            case int():
                return int.__int__(value)
            case float():
                return float.__float__(value)
            case bytes() if self.binary:
                return value
            case list() | tuple():
                return [self._mark(item) for item in value]
            case dict() if self.binary and not all(
                isinstance(key, str) for key in value
            ):
                raise TypeError("no keys but text can be read from MessagePack")
            case dict():
                items = {key: self._mark(item) for key, item in value.items()}
                return _as(LITERAL, items) if items.keys() == MARK else items
        cls = type(value)
        if _find_class(cls.__name__) is cls:
            return _as(OURS + cls.__name__, self._adapter(cls).encode(value))
        wire = json.JSONEncoder().default(value)
        if isinstance(wire, dict) and wire.keys() == MARK:
            return _as(wire["__type__"], self._mark(wire["__value__"]))
        return self._mark(wire)

    def _unmark(self, wire: Any, path: str, issues: list[Issue]) -> Any:
        """Undo `_mark`, from the outside in: nothing inside an instance is a mark."""
        match wire:
            case list():
                return [
                    self._unmark(item, f"{path}[{index}]", issues)
                    for index, item in enumerate(wire)
                ]
            case {"__type__": str(mark), "__value__": value} if len(wire) == len(MARK):
                if mark.startswith(OURS):
                    return self._read(mark.removeprefix(OURS), value, path, issues)
                if mark == LITERAL and isinstance(value, dict):
                    return self._unmark_items(value, path, issues)
                value = self._unmark(value, path, issues)
                return None if issues else json.object_hook(_as(mark, value))
            case dict():
                return self._unmark_items(wire, path, issues)
        return wire

    def _unmark_items(
        self, wire: dict[Any, Any], path: str, issues: list[Issue]
    ) -> dict[Any, Any]:
        """Undo `_mark` in the items of *wire*, which is no mark itself."""
        return {
            key: self._unmark(item, f"{path}[{key!r:.40}]", issues)
            for key, item in wire.items()
        }

    def _read(self, name: str, wire: Any, path: str, issues: list[Issue]) -> Any:
        """Read an instance of our class *name*; note what is wrong with it."""
        cls = _find_class(name)
        if cls is None:
            issues.append(Issue(path, "a class of rtmodels", f"{name!r:.40}"))
            return None
        try:
            return self._adapter(cls).decode(wire)
        except ValidationError as exc:
            issues += [replace(i, path=path + i.path[1:]) for i in exc.issues]
            return None

    def _adapter(self, cls: type) -> "DictAdapter[Any]":
        """Give the adapter for *cls*."""
        return _make_adapter(cls, binary=self.binary, mode=self.mode)


def _as(mark: str, value: Any) -> dict[str, Any]:
    """Write a mark, as Kombu's JSON does."""
    return {"__type__": mark, "__value__": value}


@lru_cache
def _find_class(name: str) -> type | None:
    """Find the class *name* among our public ones, the only ones that messages name."""
    if name not in _NAMES:
        return None
    found = getattr(rtmodels, name)
    ours = (rtmodels.Model, rtmodels.Unknown, rtmodels.Issue)
    is_ours = isinstance(found, type) and issubclass(found, ours)
    return found if is_ours and found is not rtmodels.Model else None


@cache
def _make_adapter(cls: type, *, binary: bool, mode: "Mode") -> "DictAdapter[Any]":
    """Make the adapter for *cls*, when the first instance comes along."""
    from rtmodels.adapters.dicts import DictAdapter  # noqa: PLC0415 - for users only

    return DictAdapter(cls, binary=binary, mode=mode)


@cache
def _messagepack() -> "MsgpackAdapter[Any]":
    """Make the adapter for plain MessagePack."""
    try:
        from rtmodels.adapters.msgpack import MsgpackAdapter  # noqa: PLC0415 - likewise

        return MsgpackAdapter(Any)
    except MissingDependencyError as exc:
        raise SerializerNotInstalled(str(exc)) from exc


_json, _msgpack = Serializer(), Serializer(binary=True)

JSON = (_json.dumps, _json.loads, "application/x-rtmodels+json", "utf-8")
"""``rtmodels-json``: what ``kombu.serialization.register`` takes after the name."""

MSGPACK = (_msgpack.dumps, _msgpack.loads, "application/x-rtmodels+msgpack", "binary")
"""``rtmodels-msgpack``; it needs ``rtmodels[msgpack]`` too, once it is used."""
