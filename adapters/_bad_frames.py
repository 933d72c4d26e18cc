"""What a loop over a connection does with frames that do not decode.

The typed connections and `rtmodels.adapters.openai` import this module.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from rtmodels.errors import RtmodelsError

__all__ = ["OnBadFrame", "log_bad_frame"]

OnBadFrame: TypeAlias = Callable[[RtmodelsError, bytes | str], Awaitable[None] | None]
"""Called with the error of a frame that does not decode, and with the frame."""

_LOGGER = logging.getLogger("rtmodels.adapters")


def log_bad_frame(error: RtmodelsError, frame: bytes | str) -> None:  # noqa: ARG001
    """Log a warning with the issues of a frame, and not with its payload."""
    _LOGGER.warning("a frame was skipped: %s", error)
