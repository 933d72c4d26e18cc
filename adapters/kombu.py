"""Serializers for Kombu and Celery whose messages carry instances of rtmodels.

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

The example also needs ``celery[redis]``, or another transport and result backend for
*url*.

Kombu finds ``rtmodels-json`` and ``rtmodels-msgpack`` through entry points; there is
nothing to register. Messages may hold instances at any place, along with everything
that Kombu's own JSON supports. Workers that are controlled remotely need ``"json"`` in
``accept_content`` as well, since Celery sends its commands as JSON.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

import rtmodels
from rtmodels._display import MAX_ISSUES, truncate
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
"""The keys of a *mark*: the object by which Kombu represents what JSON cannot."""

CLASS_PREFIX = "rtmodels."
"""The start of the ``__type__`` of an instance, before the name of its class."""

LITERAL = "rtmodels:literal"
"""The ``__type__`` of a dict that has the keys of a mark, but is data."""

_PUBLIC_NAMES: list[str] = vars(rtmodels)["__all__"]
"""The public names; type checkers do not see the lazy ``__all__``."""

_Steps: TypeAlias = "tuple[str | int, ...]"
"""The keys and indexes from the root of a message to a value in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Serializer:
    """Encodes messages for Kombu, and decodes them.

    For another mode than that of `JSON`, register your own::

        forgiving = Serializer(mode="forgiving")
        register("calls", forgiving.dumps, forgiving.loads, "application/x-calls+json")
    """

    mode: "Mode" = "tolerant"
    """As for `JsonAdapter`.

    Data that only forgiving mode accepts must be decoded in forgiving mode again.
    """

    binary: bool = False
    """Whether messages are MessagePack rather than JSON."""

    def dumps(self, data: Any) -> str | bytes:
        """Encode one message, as text in JSON and as bytes in MessagePack.

        Kombu wraps every error in its own ``EncodeError``.

        Raises:
            EncodeError: An instance of rtmodels holds a value that the wire cannot
                represent.
            TypeError: *data* holds another value that Kombu's JSON does not support or,
                for MessagePack, a key that is not text.
            SerializerNotInstalled: The libraries for MessagePack are missing, which
                ``rtmodels[msgpack]`` installs.
        """
        wire = self._mark(data)
        return _messagepack().encode(wire) if self.binary else json.dumps(wire)

    def loads(self, data: Any) -> Any:
        """Decode one message.

        A message can only create instances of the public classes of rtmodels and of the
        types that Kombu's JSON supports. Kombu wraps every error in its own
        ``DecodeError``.

        Raises:
            ValidationError: A mark does not name a class of rtmodels, or its value does
                not fit the class. Paths begin at the message.
            ValueError: *data* is not JSON or MessagePack.
            SerializerNotInstalled: The libraries for MessagePack are missing, which
                ``rtmodels[msgpack]`` installs.
        """
        if self.binary:
            wire = _messagepack().decode(data)
        else:
            wire = json.loads(data, object_hook=None)

        issues: list[Issue] = []
        message = self._unmark(wire, (), issues)
        if issues:
            raise ValidationError(tuple(issues[:MAX_ISSUES]))
        return message

    def _mark(self, value: Any) -> Any:
        """Return *value* with marks in place of what the wire cannot represent."""
        match value:
            case None | bool():
                return value

            # msgspec rejects instances of subclasses, such as the members of an enum.
            case str():
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
                raise TypeError("rtmodels-msgpack supports text keys only")
            case dict():
                items = {key: self._mark(item) for key, item in value.items()}
                # Unless it is marked itself, decoding would take this dict for a mark.
                return _make_mark(LITERAL, items) if items.keys() == MARK else items

        cls = type(value)
        if _find_class(cls.__name__) is cls:
            return _make_mark(
                CLASS_PREFIX + cls.__name__, self._adapter(cls).encode(value)
            )

        wire = json.JSONEncoder().default(value)
        if isinstance(wire, dict) and wire.keys() == MARK:
            return _make_mark(wire["__type__"], self._mark(wire["__value__"]))
        return self._mark(wire)

    def _unmark(self, wire: Any, steps: _Steps, issues: list[Issue]) -> Any:
        """Return *wire* with values in place of marks; add problems to *issues*."""
        # From the outside in, unlike the `object_hook` of a parser: inside the data of
        # an instance, an object with these two keys is no mark.
        match wire:
            case list():
                return [
                    self._unmark(item, (*steps, index), issues)
                    for index, item in enumerate(wire)
                ]

            case {"__type__": str(mark), "__value__": value} if len(wire) == len(MARK):
                if mark.startswith(CLASS_PREFIX):
                    name = mark.removeprefix(CLASS_PREFIX)
                    return self._read(name, value, steps, issues)
                if mark == LITERAL and isinstance(value, dict):
                    return self._unmark_items(value, steps, issues)

                value = self._unmark(value, steps, issues)
                return None if issues else json.object_hook(_make_mark(mark, value))

            case dict():
                return self._unmark_items(wire, steps, issues)
        return wire

    def _unmark_items(
        self, wire: dict[Any, Any], steps: _Steps, issues: list[Issue]
    ) -> dict[Any, Any]:
        """Undo `_mark` in the items of *wire*, which is not a mark itself."""
        return {
            key: self._unmark(item, (*steps, key), issues) for key, item in wire.items()
        }

    def _read(self, name: str, wire: Any, steps: _Steps, issues: list[Issue]) -> Any:
        """Return the instance of class *name*, or add what is wrong to *issues*."""
        cls = _find_class(name)
        if cls is None:
            got = truncate(repr(name))
            issues.append(Issue(steps, "the name of a public class of rtmodels", got))
            return None

        try:
            return self._adapter(cls).decode(wire)
        except ValidationError as exc:
            issues += [issue.under(*steps) for issue in exc.issues]
            return None

    def _adapter(self, cls: type) -> "DictAdapter[Any]":
        """Return the adapter for *cls*."""
        return _make_adapter(cls, binary=self.binary, mode=self.mode)


def _make_mark(mark: str, value: Any) -> dict[str, Any]:
    """Return a mark in the form of Kombu's JSON."""
    return {"__type__": mark, "__value__": value}


@lru_cache
def _find_class(name: str) -> type | None:
    """Return the public class *name*, if it is one that messages may name."""
    # The name is input: only public names are looked up, and only models are built.
    if name not in _PUBLIC_NAMES:
        return None
    found = getattr(rtmodels, name)
    bases = (rtmodels.Model, rtmodels.Unknown, rtmodels.Issue)
    is_known = isinstance(found, type) and issubclass(found, bases)
    return found if is_known and found is not rtmodels.Model else None


@cache
def _make_adapter(cls: type, *, binary: bool, mode: "Mode") -> "DictAdapter[Any]":
    """Return the adapter for *cls*, which is made for its first instance."""
    # Kombu loads this module in every process, even where messages hold no instances.
    from rtmodels.adapters.dicts import DictAdapter  # noqa: PLC0415

    converter = rtmodels.make_converter(mode=mode, binary=binary)
    # The `loc` of an issue holds this union, whose members cattrs cannot tell apart.
    converter.register_structure_hook(str | int, _check_step)
    return DictAdapter(cls, converter=converter)


def _check_step(step: Any, _: Any) -> str | int:
    """Check that *step* is a key or an index, as in the `loc` of an issue."""
    if isinstance(step, str | int):
        return step
    raise TypeError(f"neither a key nor an index: {truncate(repr(step))}")


@cache
def _messagepack() -> "MsgpackAdapter[Any]":
    """Return the adapter for plain MessagePack."""
    try:
        from rtmodels.adapters.msgpack import MsgpackAdapter  # noqa: PLC0415 - as above

        return MsgpackAdapter(Any)
    except MissingDependencyError as exc:
        raise SerializerNotInstalled(str(exc)) from exc


_json, _msgpack = Serializer(), Serializer(binary=True)

JSON = (_json.dumps, _json.loads, "application/x-rtmodels+json", "utf-8")
"""``rtmodels-json``: the arguments of ``kombu.serialization.register``."""

MSGPACK = (_msgpack.dumps, _msgpack.loads, "application/x-rtmodels+msgpack", "binary")
"""``rtmodels-msgpack``, likewise; using it also requires ``rtmodels[msgpack]``."""
