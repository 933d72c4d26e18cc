"""What a log may show of our instances: all they hold but audio and instructions.

::

    import logging
    from rtmodels.adapters.logging import represent

    logging.info("received %s", represent(event))

With structlog, `rtmodels.adapters.structlog` does so by itself.
"""

import re
from base64 import b64encode
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import Any

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

__all__ = ["represent"]

PLAIN = frozenset({str, int, float, bool, type(None)})
SEQUENCES = (list, tuple, set, frozenset, deque)
BINARY = (bytes, bytearray, memoryview)
HIDDEN = "***"

DEEPEST = 32
"""Containers in more than so many others are left out."""

INSTRUCTIONS = re.compile(r"(?:\w+_)?instructions")
SECRET_KEY = re.compile(
    r"(?i:(?:\w+[_-])?(?:authorization|headers|secret|token|api[_-]?key|password))"
)
"""Keys of secrets, in objects that no class describes."""

SECRET = re.compile(r"\bek_\w+|\bsk-[\w-]{16,}|\bBearer\s+\S+")
BASE64 = re.compile(r"[A-Za-z0-9+/_=-]{65,}")
"""What has no space or stop for so long is no text: the hash of 64 digits still is."""


def represent(value: Any, *, audio: bool = False, instructions: bool = False) -> Any:
    """Make data for a log of *value*, if it is one of our instances or holds some.

    Our instances become dicts with the keys of the wire. In them:

    - Audio becomes ``"<4800 bytes>"``. In a string, also one that no field declares,
      any run of more than 64 characters of base64 becomes ``"<6400 characters>"``.
    - What a key ``instructions`` or ``..._instructions`` holds becomes
      ``"<123 characters>"``, at any depth. Messages and transcripts stay as they are.
    - Secrets become ``"***"``, whatever is asked for: fields that hide them in a
      ``repr`` too; in objects that no class describes, what a key like
      ``authorization``, ``headers``, ``client_secret`` or ``access_token`` holds; and
      API keys in any string.

    Our errors, where they have issues, become dicts that list these. Dicts, lists,
    tuples and sets are searched for our instances and copied if there are any. All
    else comes back as it is, so that what is inside an object of another class is shown
    as its ``repr`` has it. This never raises.

    Args:
        value: Anything.
        audio: Show audio, as base64 text.
        instructions: Show instructions.
    """
    if type(value) in PLAIN:
        return value
    try:
        return _Redactor(audio=audio, instructions=instructions).search(value)
    except Exception:  # noqa: BLE001 - a container of another kind may raise anything
        return f"<{type(value).__name__}>"


@dataclass(slots=True)
class _Redactor:
    """Represents one value."""

    audio: bool
    instructions: bool
    path: set[int] = field(default_factory=set)
    """The containers that we are in."""

    def search(self, value: Any) -> Any:
        """Represent what is ours in *value*, which is not."""
        cls = type(value)  # not `__class__`, which is what a proxy looks like
        if cls in PLAIN:
            return value
        if issubclass(cls, (Model, Unknown)):
            return self._model(value)
        if issubclass(cls, Issue):
            return self._issue(value)
        if issubclass(cls, (ValidationError, EncodeError, VersionError)):
            issues = [self._issue(issue) for issue in value.issues]
            return {"error": cls.__name__, "issues": issues}
        if not issubclass(cls, (Mapping, *SEQUENCES)):
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
        """Tell whether *value* is in itself, or in too many others."""
        return id(value) in self.path or len(self.path) >= DEEPEST

    def _model(self, obj: Any) -> Any:
        """Represent an instance of ours."""
        if isinstance(obj, Unknown):
            return self._inside(obj.payload)
        if self._is_too_deep(obj):
            return "..."
        self.path.add(id(obj))
        fields = {}
        cls: Any = type(obj)
        hidden = _hidden_fields(cls)
        for attribute in _ordered_fields(cls):
            value = getattr(obj, attribute.name)
            if value is not UNSET and not (value is None and attribute.default is None):
                fields[attribute.name] = self._entry(
                    attribute.name, value, attribute.name in hidden
                )
        for key, value in (obj.extra or {}).items():
            secret = key in hidden or bool(SECRET_KEY.fullmatch(key))
            fields.setdefault(key, self._entry(key, value, secret))
        self.path.discard(id(obj))
        return fields

    def _entry(self, key: str, value: Any, secret: bool) -> Any:  # noqa: FBT001
        """Represent what stands at *key* in an object of ours."""
        if value is None or isinstance(value, BINARY):
            return self._inside(value)
        if secret:
            return HIDDEN
        is_text = isinstance(value, str)
        if not self.instructions and INSTRUCTIONS.fullmatch(key):
            if is_text:
                return f"<{len(value)} characters>"
            return value if type(value) in PLAIN else HIDDEN
        if is_text and key == "audio" and not self.audio:
            return f"<{len(value)} characters>"
        return self._inside(value)

    def _inside(self, value: Any) -> Any:
        """Represent a value in an object of ours."""
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
            shown = {
                str(key): self._entry(key, item, bool(SECRET_KEY.fullmatch(str(key))))
                for key, item in value.items()
            }
        else:
            shown = [self._inside(item) for item in value]
        self.path.discard(id(value))
        return shown

    def _text(self, text: str) -> str:
        """Represent a string."""
        text = SECRET.sub(HIDDEN, text)
        return text if self.audio else BASE64.sub(_measure, text)

    def _issue(self, issue: Issue) -> dict[str, str]:
        """Represent an issue; it may quote the beginning of a string."""
        keys = [key for key in issue.loc if isinstance(key, str)]
        quotes = issue.got[:1] in {"'", '"'}
        if quotes and (
            any(map(SECRET_KEY.fullmatch, keys))
            or (not self.audio and "base64" in issue.expected)
            or (not self.instructions and any(map(INSTRUCTIONS.fullmatch, keys)))
        ):
            return {**asdict(issue), "got": "str"}
        return asdict(issue)


def _measure(match: re.Match[str]) -> str:
    """Say how long a match is."""
    return f"<{len(match[0])} characters>"


@cache
def _ordered_fields(cls: type[Model]) -> "list[attrs.Attribute[Any]]":
    """Give the fields of *cls*, ``type`` first, as on the wire."""
    fields = [item for item in attrs.fields(cls) if item.name != "extra"]
    return sorted(fields, key=lambda item: item.name != "type")


@cache
def _hidden_fields(cls: type[Model]) -> frozenset[str]:
    """Find the fields whose value the ``repr`` of an instance does not show."""
    return frozenset(
        item.name
        for item in attrs.fields(cls)
        if not item.repr
        or (callable(item.repr) and "probe" not in str(item.repr("probe")))
    )
