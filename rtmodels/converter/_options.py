"""The settings of a converter: its mode, its form of bytes, and its limits.

Every module of the package may import this one, and so may adapters and versions.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

__all__ = ["MAX_DEPTH", "MAX_DEPTH_WRITTEN", "Mode", "Options", "check_mode"]

Mode: TypeAlias = Literal["strict", "tolerant", "forgiving"]
"""How much a converter accepts beyond the schema; ``docs/modes.md`` has a table."""

MAX_DEPTH = 100
"""Default nesting depth, in levels, of values that no schema class describes."""

MAX_DEPTH_WRITTEN = 200
"""Maximum nesting depth of such values in output. orjson itself stops at 254 levels."""


@dataclass(frozen=True, slots=True)
class Options:
    """The settings of one converter.

    Raises:
        ValueError: *mode* is not one of the three, or *max_depth* is out of range.
    """

    mode: Mode = "tolerant"
    """How much to accept beyond the schema."""

    binary: bool = False
    """Whether the wire holds bytes, instead of base64 text."""

    max_depth: int = MAX_DEPTH
    """Maximum nesting depth of values that no schema class describes."""

    shares: bool = False
    """Whether instances may share such values with the input, in place of copies.

    Adapters whose input is bytes set it: nothing else refers to what they parse.
    """

    recovers: bool = False
    """Whether functions keep what does not fit, as forgiving mode does at last."""

    def __post_init__(self) -> None:
        check_mode(self.mode)
        if not 1 <= self.max_depth <= MAX_DEPTH_WRITTEN:
            raise ValueError(
                f"max_depth must be from 1 to {MAX_DEPTH_WRITTEN}, not {self.max_depth}"
            )

    @property
    def strict(self) -> bool:
        """Whether to accept only what the schema names."""
        return self.mode == "strict"

    @property
    def max_depth_written(self) -> int:
        """Maximum nesting depth of such values in output."""
        return self.max_depth if self.strict else MAX_DEPTH_WRITTEN

    @property
    def forgiving(self) -> bool:
        """Whether to keep values of the wrong type unchanged."""
        return self.mode == "forgiving"

    @property
    def nan(self) -> bool:
        """Whether to keep NaN and infinity, which MessagePack holds and JSON does not.

        What is kept can be written again, so this depends on *binary*.
        """
        return self.forgiving and self.binary


def check_mode(mode: Mode) -> None:
    """Check that *mode* is one of the three modes.

    Raises:
        ValueError: *mode* is unknown.
    """
    if mode not in get_args(Mode):
        raise ValueError(
            f"unknown mode {mode!r}: choose one of {', '.join(get_args(Mode))}"
        )
