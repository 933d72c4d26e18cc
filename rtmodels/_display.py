"""The display of values and paths in reprs, errors and logs: shortened or hidden.

Every layer may import this module. It imports none of them.
"""

import reprlib
from collections.abc import Iterator
from operator import attrgetter
from typing import Any

__all__ = [
    "MAX_ISSUES",
    "MAX_TEXT",
    "REDACTED",
    "Displayed",
    "class_name",
    "format_path",
    "message_of",
    "redact",
    "short_repr",
    "truncate",
]

MAX_ISSUES = 100
"""Maximum number of issues in one error."""

MAX_STEPS = 20
"""Maximum number of steps in the text of a path, which leaves out those between."""

MAX_TEXT = 40
"""Maximum number of characters of a payload that an error message shows."""

MAX_STRING = 200
"""Maximum number of characters of a string that the repr of an instance shows."""

REDACTED = "***"
"""The text in place of a secret."""


class _ShortRepr(reprlib.Repr):
    """A repr whose size is limited while it is built, for values of any size."""

    def __init__(self) -> None:
        super().__init__()
        # reprlib finds a method by the name of the class, here that of an `extra`.
        self.repr_SavingExtra = self.repr_dict
        self.maxdict, self.maxstring, self.maxother = 10, 60, 60

    def repr_bytes(self, data: bytes, _level: int) -> str:
        """Return the size of *data* only: its bytes would flood a log."""
        return f"<{len(data)} bytes>" if data else repr(data)


short_repr = _ShortRepr().repr
"""Return a repr of a value of any size, with at most 60 characters per string."""


def class_name(cls: type | None) -> str:
    """Return the name of *cls*, or ``None`` as text."""
    return cls.__name__ if cls else "None"


def truncate(text: str, limit: int = MAX_TEXT) -> str:
    """Return *text*, cut to *limit* characters, of which the last is an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def message_of(exc: BaseException) -> str:
    """Return the message of *exc*, or no text if its ``__str__`` raises."""
    try:
        return str(exc)
    except Exception:  # noqa: BLE001 - it is the code of any program
        return ""


def redact(secret: object) -> str:
    """Return the text that a repr shows in place of *secret*."""
    # An empty secret is shown: that it is missing is what people look for.
    return repr(REDACTED) if secret else repr(secret)


def show(value: object) -> object:
    """Return what stands for *value* in a repr: audio and long text are cut.

    What is cut cannot be evaluated, and so is not mistaken for the value.
    """
    match value:
        case bytes() if value:
            return Cut(f"<{len(value):,} bytes>")
        case str() if len(value) > MAX_STRING:
            return Cut(f"<{len(value):,} characters: {truncate(value, 60)!r}>")
        case dict():
            return Cut(short_repr(value))
        case tuple():
            return tuple(map(show, value))
        case _:
            return value


class Cut:
    """Stands for a value in a repr, and has the *text* to show as its own."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        """Return the text."""
        return self.text


class Displayed:
    """A base of attrs classes that gives them a repr of the fields that are set.

    A field that has its default is left out. Evaluated, the repr makes an equal
    instance if nothing in it is cut or hidden. rich and IPython show the same fields,
    as a tree.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        """Return the call that makes the instance."""
        shown = [f"{name}={value!r}" for name, value in self.__rich_repr__()]
        return f"{type(self).__name__}({', '.join(shown)})"

    def __rich_repr__(self) -> Iterator[tuple[str, Any]]:
        """Iterate over the names of the fields that are set, and what to show there."""
        # Not by attrs' own function: errors, which import this module, load no attrs.
        declared = type(self).__attrs_attrs__  # type: ignore[attr-defined]
        # What all classes inherit, `extra`, comes last.
        for field in sorted(declared, key=attrgetter("inherited")):
            value = getattr(self, field.name)
            if field.repr is False or _is_same(value, field.default):
                continue
            if field.name == "extra" and value == {}:  # the same as none
                continue
            if field.repr is True:
                yield field.name, show(value)
            else:
                yield field.name, Cut(field.repr(value))

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:  # noqa: FBT001
        """Print the fields for IPython."""
        with printer.group(4, f"{type(self).__name__}(", ")"):
            for number, (name, value) in enumerate(self.__rich_repr__()):
                if number:
                    printer.text(",")
                    printer.breakable()
                else:
                    printer.breakable("")
                printer.text(f"{name}=")
                printer.pretty(value)


def _is_same(one: object, two: object) -> bool:
    """Check whether two values are equal, and print as the same."""
    return one is two or (type(one) is type(two) and one == two)


def format_path(loc: tuple[str | int, ...]) -> str:
    """Return the text of a path, such as ``$.response.output[0].role``."""
    if len(loc) > MAX_STEPS:
        before, after = loc[: MAX_STEPS // 2], loc[-MAX_STEPS // 2 :]
        return f"${_format_steps(before)}...{_format_steps(after)}"
    return "$" + _format_steps(loc)


def _format_steps(loc: tuple[str | int, ...]) -> str:
    """Return the text of some steps of a path."""
    steps = []
    for step in loc:
        if isinstance(step, int):
            steps.append(f"[{step}]")
        elif step.isidentifier() and len(step) <= MAX_TEXT:
            steps.append(f".{step}")
        else:
            # Quoted, since such a key may contain dots or brackets.
            steps.append(f"[{truncate(step)!r}]")

    return "".join(steps)
