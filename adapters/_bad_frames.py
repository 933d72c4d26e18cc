"""What a loop over a connection does with frames that do not decode.

The typed connections and `rtmodels.adapters.openai` import this module.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from rtmodels._display import truncate
from rtmodels.errors import IssuesError, RtmodelsError

__all__ = ["OnBadFrame", "log_bad_frame"]

OnBadFrame: TypeAlias = Callable[[RtmodelsError, bytes | str], Awaitable[None] | None]
"""Called with the error of a frame that does not decode, and with the frame.

A loop awaits the result if it is awaitable. An exception that the callback raises ends
the loop; a new loop resumes with the next frame.
"""

MAX_LOGGED = 3
"""Maximum number of issues in one message of the log."""

MAX_LINE = 200
"""Maximum number of characters for one error or issue in the log."""

_LOGGER = logging.getLogger("rtmodels.adapters")


def log_bad_frame(error: RtmodelsError, frame: bytes | str) -> None:
    """Log a warning that a frame was skipped, to the logger ``rtmodels.adapters``.

    The message has the size of the frame, and the first three paths at which it does
    not fit the schema. It shows none of the values there, which may be private.
    """
    unit = "characters" if isinstance(frame, str) else "bytes"
    _LOGGER.warning("skipped a frame of %d %s: %s", len(frame), unit, _summary(error))


def _summary(error: RtmodelsError) -> str:
    """Return the text of *error* in one line, without values of the payload."""
    issues = error.issues if isinstance(error, IssuesError) else ()
    if not issues:
        return truncate(" ".join(str(error).split()), MAX_LINE)

    lines = [
        truncate(f"{issue.path}: expected {issue.expected}", MAX_LINE)
        for issue in issues[:MAX_LOGGED]
    ]
    if len(issues) > MAX_LOGGED:
        lines.append(f"and {len(issues) - MAX_LOGGED} more")
    return "; ".join(lines)
