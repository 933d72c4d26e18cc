"""The display of values and paths in reprs, errors and logs: shortened or hidden.

Every layer may import this module. It imports none of them.
"""

import reprlib

__all__ = [
    "MAX_ISSUES",
    "MAX_TEXT",
    "REDACTED",
    "class_name",
    "format_path",
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

REDACTED = "***"
"""The text in place of a secret."""


class _ShortRepr(reprlib.Repr):
    """A repr whose size is limited while it is built, for values of any size."""

    def __init__(self) -> None:
        super().__init__()
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


def redact(secret: object) -> str:
    """Return the text that a repr shows in place of *secret*."""
    # An empty secret is shown: that it is missing is what people look for.
    return repr(REDACTED) if secret else repr(secret)


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
