"""Instances as data for logs, without audio, instructions and secrets.

::

    import logging
    from rtmodels.adapters.logging import represent

    logging.info("received %s", represent(event))

With structlog, the processor in `rtmodels.adapters.structlog` does this for you.
"""

import re
from base64 import b64encode
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, get_args

import attrs

from rtmodels import (
    UNSET,
    EncodeError,
    Issue,
    Model,
    Unknown,
    ValidationError,
    VersionError,
)
from rtmodels._display import REDACTED

__all__ = ["represent"]

SCALAR_TYPES = frozenset({str, int, float, bool, type(None)})
COLLECTION_TYPES = (list, tuple, set, frozenset, deque)
BINARY_TYPES = (bytes, bytearray, memoryview)

MAX_LOG_DEPTH = 32
"""Maximum nesting depth of containers; deeper ones are shown as ``...``."""

INSTRUCTIONS = re.compile(r"(?:\w+_)?instructions")
INSTRUCTIONS_TYPE = re.compile(r"(?:.*\.)?instructions(?:\..*)?", re.DOTALL)
"""The types of objects whose ``content`` is instructions."""

SECRET_KEY = re.compile(
    r"(?i:(?:\w+[_-])?(?:authorization|headers|secret|token|api[_-]?key|password))"
)
"""Keys whose values are secret, in objects that no class describes."""

SECRET = re.compile(r"\bek_\w+|\bsk-[\w-]{16,}|\bBearer\s+\S+")
BASE64_RUN = re.compile(r"[A-Za-z0-9+/_=-]{65,}")
"""A run of characters too long for a word, and for a hash of 64 digits."""


def represent(value: Any, *, audio: bool = False, instructions: bool = False) -> Any:
    """Return *value* as data for a log, with dicts in place of instances of rtmodels.

    The dicts have the keys of the wire. In them:

    - Audio becomes ``"<4800 bytes>"``. In any string, declared by a field or not, a run
      of more than 64 characters of base64 becomes ``"<6400 characters>"``.
    - The value of a key ``instructions`` or ``..._instructions`` becomes
      ``"<123 characters>"``, at any depth. So does the ``content`` of an object whose
      type has the segment ``instructions``, such as ``session.instructions.append``.
      Messages and transcripts stay as they are.
    - Secrets always become ``"***"``. These are the fields that a ``repr`` hides too,
      API keys in any string and, in objects that no class describes, the values of keys
      like ``authorization``, ``headers``, ``client_secret`` or ``access_token``.

    Errors of rtmodels that have issues become dicts that list these. Dicts, lists,
    tuples and sets are searched for instances, and copied if they hold any. All other
    values are returned as they are, so a log shows the ``repr`` of objects of other
    classes. This function never raises.

    Args:
        value: Any object.
        audio: Show audio, as base64 text.
        instructions: Show instructions.
    """
    if type(value) in SCALAR_TYPES:
        return value
    try:
        return _Redactor(audio=audio, instructions=instructions).search(value)
    except Exception:  # noqa: BLE001 - a user-defined container may raise anything
        return f"<{type(value).__name__}>"


@dataclass(slots=True)
class _Redactor:
    """Builds the data for one value."""

    audio: bool
    instructions: bool
    path: set[int] = field(default_factory=set)
    """The ids of the containers around the current value."""

    def search(self, value: Any) -> Any:
        """Return *value* with dicts in place of instances of rtmodels."""
        cls = type(value)  # not `__class__`, about which proxies lie
        if cls in SCALAR_TYPES:
            return value

        if issubclass(cls, (Model, Unknown)):
            return self._model(value)
        if issubclass(cls, Issue):
            return self._issue(value)
        if issubclass(cls, (ValidationError, EncodeError, VersionError)):
            issues = [self._issue(issue) for issue in value.issues]
            return {"error": cls.__name__, "issues": issues}

        if not issubclass(cls, (Mapping, *COLLECTION_TYPES)):
            return value
        if self._is_too_deep(value):
            return "..."

        self.path.add(id(value))
        copy: Any
        if issubclass(cls, Mapping):
            copy = {key: self.search(item) for key, item in value.items()}
            changed = any(copy[key] is not item for key, item in value.items())
        else:
            copy = [self.search(item) for item in value]
            changed = any(a is not b for a, b in zip(copy, value, strict=True))
        self.path.discard(id(value))

        return copy if changed else value

    def _is_too_deep(self, value: Any) -> bool:
        """Check whether *value* contains itself, or is nested too deep."""
        return id(value) in self.path or len(self.path) >= MAX_LOG_DEPTH

    def _model(self, obj: Any) -> Any:
        """Return the dict for an instance of rtmodels."""
        if isinstance(obj, Unknown):
            return self._inside(obj.payload)
        if self._is_too_deep(obj):
            return "..."

        self.path.add(id(obj))
        fields = {}
        cls: Any = type(obj)
        hidden = _hidden_fields(cls)
        instructs = _is_of_instructions(getattr(obj, "type", None))

        for attribute in _ordered_fields(cls):
            name = attribute.name
            value = getattr(obj, name)
            if value is not UNSET and not (value is None and attribute.default is None):
                fields[name] = self._entry(
                    name, value, secret=name in hidden, instructs=instructs
                )

        for key, value in (obj.extra or {}).items():
            # Forgiving mode moves a value that its field rejects here, even a secret.
            secret = key in hidden or bool(SECRET_KEY.fullmatch(key))
            fields.setdefault(
                key, self._entry(key, value, secret=secret, instructs=instructs)
            )
        self.path.discard(id(obj))

        return fields

    def _entry(self, key: str, value: Any, *, secret: bool, instructs: bool) -> Any:
        """Return the data for the value of *key* in an instance.

        Args:
            key: A key of the wire.
            value: Its value.
            secret: Whether no log may show the value.
            instructs: Whether the ``content`` of the instance is instructions.
        """
        if value is None or isinstance(value, BINARY_TYPES):
            return self._inside(value)
        if secret:
            return REDACTED

        is_text = isinstance(value, str)
        is_instructions = INSTRUCTIONS.fullmatch(key) or (
            instructs and key == "content"
        )
        if is_instructions and not self.instructions:
            if is_text:
                return _count_characters(value)
            return value if type(value) in SCALAR_TYPES else REDACTED

        if is_text and key == "audio" and not self.audio:
            return _count_characters(value)
        return self._inside(value)

    def _inside(self, value: Any) -> Any:
        """Return the data for a value in an instance."""
        match value:
            case str():
                return self._text(value)
            case bytes() | bytearray() | memoryview():
                if self.audio:
                    return b64encode(value).decode()
                return f"<{memoryview(value).nbytes} bytes>"
            case Mapping() | list() | tuple():
                if self._is_too_deep(value):
                    return "..."
            case _:
                return self.search(value)

        self.path.add(id(value))
        shown: Any
        if isinstance(value, Mapping):
            instructs = _is_of_instructions(value.get("type"))
            shown = {
                str(key): self._entry(
                    key,
                    item,
                    secret=bool(SECRET_KEY.fullmatch(str(key))),
                    instructs=instructs,
                )
                for key, item in value.items()
            }
        else:
            shown = [self._inside(item) for item in value]
        self.path.discard(id(value))

        return shown

    def _text(self, text: str) -> str:
        """Return *text* without secrets and audio."""
        text = SECRET.sub(REDACTED, text)
        return text if self.audio else BASE64_RUN.sub(_show_length, text)

    def _issue(self, issue: Issue) -> dict[str, str]:
        """Return the dict for an issue, without its quote if that may be sensitive."""
        shown = {"path": issue.path, "expected": issue.expected, "got": issue.got}
        keys = [key for key in issue.loc if isinstance(key, str)]

        # Issues quote the beginning of a string, which is enough to leak a short one.
        quotes = issue.got[:1] in {"'", '"'}
        if quotes and (
            any(map(SECRET_KEY.fullmatch, keys))
            or (not self.audio and "base64" in issue.expected)
            or (not self.instructions and any(map(INSTRUCTIONS.fullmatch, keys)))
        ):
            shown["got"] = "str"

        return shown


def _show_length(match: re.Match[str]) -> str:
    """Return the placeholder for the text of *match*."""
    return _count_characters(match[0])


def _count_characters(text: str) -> str:
    """Return the placeholder for *text*: the number of its characters."""
    return f"<{len(text)} characters>"


def _is_of_instructions(type_: Any) -> bool:
    """Check whether the ``content`` of objects of *type_* is instructions."""
    return isinstance(type_, str) and bool(INSTRUCTIONS_TYPE.fullmatch(type_))


@cache
def _ordered_fields(cls: type[Model]) -> "list[attrs.Attribute[Any]]":
    """Return the fields of *cls*, ``type`` first, as on the wire."""
    fields = [item for item in attrs.fields(cls) if item.name != "extra"]
    return sorted(fields, key=lambda item: item.name != "type")


@cache
def _hidden_fields(cls: type[Model]) -> frozenset[str]:
    """Return the names of the fields whose values a ``repr`` does not show."""
    # A field that redacts has a function for its `repr`; a sample tells it from those
    # that only shorten.
    return frozenset(
        item.name
        for item in attrs.fields(cls)
        if not item.repr
        or bytes in (item.type, *get_args(item.type))  # text there was never checked
        or (callable(item.repr) and "probe" not in str(item.repr("probe")))
    )
