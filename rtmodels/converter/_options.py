"""How a converter is set up: its mode, what it makes of bytes, and its limits.

Every module of the package may import it, and so may adapters and versions.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

__all__ = ["MAX_DEPTH", "MAX_DEPTH_WRITTEN", "Mode", "Options", "check_mode"]

Mode: TypeAlias = Literal["strict", "tolerant", "forgiving"]
"""How much a converter accepts beyond the schema: see the table in the README."""

MAX_DEPTH = 100
"""Default nesting depth, in levels, of values that no schema class describes."""

MAX_DEPTH_WRITTEN = 200
"""Maximum nesting depth of such values on the way out: orjson stops at 254 levels."""


@dataclass(frozen=True, slots=True)
class Options:
    """The settings of one converter.

    Raises:
        ValueError: *mode* is not one of the three, or *max_depth* is out of range.
    """

    mode: Mode = "tolerant"
    """How much to accept beyond the schema."""

    binary: bool = False
    """Whether the wire holds bytes, or base64 text for them."""

    max_depth: int = MAX_DEPTH
    """Maximum nesting depth of values that no schema class describes."""

    def __post_init__(self) -> None:
        check_mode(self.mode)
        if not 1 <= self.max_depth <= MAX_DEPTH_WRITTEN:
            raise ValueError(
                f"max_depth is from 1 to {MAX_DEPTH_WRITTEN}: {self.max_depth}"
            )

    @property
    def strict(self) -> bool:
        """Whether only what the schema names is accepted."""
        return self.mode == "strict"

    @property
    def forgiving(self) -> bool:
        """Whether values of the wrong type are kept as they came."""
        return self.mode == "forgiving"


def check_mode(mode: Mode) -> None:
    """Check that *mode* is a mode.

    Raises:
        ValueError: It is not.
    """
    if mode not in get_args(Mode):
        raise ValueError(f"no such mode: {mode!r}")
