"""What type checkers make of what is deprecated; checked, and never run.

Nothing of ours is at the moment, so these are examples of what may be.
"""

from typing import TypeVar, assert_type, overload

from rtmodels._deprecation import deprecated, rename_parameter

T = TypeVar("T")


@deprecated("make_x is deprecated since 0.2, use make_y; it goes on 2027-06-01")
def make_x() -> int:
    """Do as it always did."""
    return 1


@deprecated("Old is deprecated since 0.2, use New; it goes on 2027-06-01")
class Old:
    """A class with another name."""


class New:
    """A class with a method and a property that go."""

    @deprecated("New.get is deprecated since 0.2, use New.read; it goes on 2027-06-01")
    def get(self) -> int:
        """Read."""
        return 1

    @property
    @deprecated("New.x is deprecated since 0.2, use New.y; it goes on 2027-06-01")
    def x(self) -> int:
        """A value."""
        return 1


@overload
def cut(text: str, *, limit: int = ...) -> str: ...
@overload
@deprecated("cut(size=) is deprecated since 0.2, use limit=; it goes on 2027-06-01")
def cut(text: str, *, size: int) -> str: ...
@rename_parameter("size", "limit", since="0.2", goes="2027-06-01")
def cut(text: str, *, limit: int = 5) -> str:
    """Cut *text*."""
    return text[:limit]


def uses_are_reported(new: New) -> None:
    """Report the use, and know the type all the same."""
    assert_type(make_x(), int)  # type: ignore[deprecated]
    Old()  # type: ignore[deprecated]
    assert_type(new.get(), int)  # type: ignore[deprecated]
    assert_type(new.x, int)  # type: ignore[deprecated]
    assert_type(cut("text", size=1), str)  # type: ignore[deprecated]


def new_names_are_not_reported() -> None:
    """Leave in peace those who have moved on."""
    assert_type(cut("text", limit=1), str)
    assert_type(cut("text"), str)
    cut("text", limit="1")  # type: ignore[call-overload]
