"""How values and paths are shown in reprs, errors and logs: shortened, or not at all.

Every layer may import it; it imports none of them.
"""

import reprlib

__all__ = [
    "MAX_ISSUES",
    "MAX_TEXT",
    "REDACTED",
    "format_path",
    "redact",
    "short_repr",
    "truncate",
]

MAX_ISSUES = 100
"""The number of issues that one error holds at most."""

MAX_STEPS = 20
"""The number of steps that the text of a path shows; it leaves out those between."""

MAX_TEXT = 40
"""The number of characters of a payload that may appear in an error message."""


REDACTED = "***"
"""What is shown in place of a secret."""


class _ShortRepr(reprlib.Repr):
    """Limits the size of a repr before it is built, however large the value is."""

    def __init__(self) -> None:
        super().__init__()
        self.maxdict, self.maxstring, self.maxother = 10, 60, 60

    def repr_bytes(self, data: bytes, _level: int) -> str:
        """Return the size of *data*: its bytes would flood a log."""
        return f"<{len(data)} bytes>" if data else repr(data)


short_repr = _ShortRepr().repr
"""Return a repr of a value of any size, cut to about 60 characters a string."""


def truncate(text: str, limit: int = MAX_TEXT) -> str:
    """Return *text*, cut to *limit* characters with an ellipsis as the last."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def redact(secret: object) -> str:
    """Return what a repr shows in place of *secret*."""
    return repr(REDACTED) if secret else repr(secret)


def format_path(loc: tuple[str | int, ...]) -> str:
    """Return the text of a path: ``$.response.output[0].role``."""
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
            steps.append(f"[{truncate(step)!r}]")
    return "".join(steps)
