"""What a test server finds wrong, and the error that lists it."""

from collections.abc import Sequence

from attrs import frozen

from rtmodels.errors import Issue

__all__ = ["Problem", "check_problems"]


@frozen(kw_only=True)
class Problem:
    """Something that a client did wrong, or that a script waited for in vain."""

    connection: int
    """The number of the connection, from 1; 0 if it concerns none."""

    position: int | None = None
    """The number of the client's frame in the connection, from 1."""

    type: str | None = None
    """The wire type of that frame, if it has one."""

    message: str
    """A description in one line."""

    issues: tuple[Issue, ...] = ()
    """The places in the frame that do not match the schema."""

    def __str__(self) -> str:
        """Return the problem as text, one line for each issue."""
        place = f"connection {self.connection}" if self.connection else "server"
        if self.position is not None:
            place += f", frame {self.position}"
        if self.type is not None:
            place += f" ({self.type})"
        return "\n  ".join([f"{place}: {self.message}", *map(str, self.issues)])


def check_problems(problems: Sequence[Problem]) -> None:
    """Raise an `AssertionError` that lists *problems*, if there are any."""
    __tracebackhide__ = True  # for pytest, which then shows the problems alone
    if problems:
        lines = [f"{len(problems)} problem(s) in the test of a Realtime client"]
        raise AssertionError("\n".join([*lines, *map(str, problems)]))
