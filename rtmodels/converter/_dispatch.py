"""How the fast pass of a type is called: one function, or one of many by tag or class.

Hooks and both code generators import it, and so do versions.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rtmodels.converter.codegen import Function, Source

__all__ = ["ClassDispatch", "DirectCall", "FastPass", "TagDispatch"]


class FastPass(ABC):
    """The fast pass of one type, as an expression for generated code."""

    __slots__ = ()

    @abstractmethod
    def write_call(self, src: Source, value: str) -> str:
        """Return the expression that converts *value*, the name of a variable."""

    def compile(self, title: str) -> Function:
        """Return the function of that expression."""
        src = Source()
        with src.block("def dispatch(value):"):
            src.line(f"return {self.write_call(src, 'value')}")
        return src.compile("dispatch", title)


@dataclass(frozen=True, slots=True, eq=False)
class DirectCall(FastPass):
    """One function, compiled on its first call."""

    make: Callable[[], Function]
    """Returns that function."""

    hint: str
    """What generated code calls it."""

    def write_call(self, src: Source, value: str) -> str:
        """Return the call of that function."""
        return f"{src.bind_late(self, self.make, self.hint)}({value})"

    def compile(self, title: str) -> Function:  # noqa: ARG002 - it has a title
        """Return that function."""
        return self.make()


@dataclass(frozen=True, slots=True, eq=False)
class TagDispatch(FastPass):
    """One function for each tag of a union; the input is a dict."""

    key: str
    """The key of the tag."""

    table: dict[Any, Function]
    """The function for each tag; for objects without a tag, that at ``None``.

    A plain dict is read in half the time of any subclass of it.
    """

    unknown: Function
    """Takes an object whose tag is not in the table, or rejects it."""

    optional: bool = False
    """Whether the tag may be missing."""

    def write_call(self, src: Source, value: str) -> str:
        """Return the look-up of a function by its tag, and its call."""
        find = src.bind(self.table.get, f"by_{self.key}")
        unknown = src.bind(self.unknown, "unknown")
        key = repr(self.key)
        tag = f"{value}.get({key})" if self.optional else f"{value}[{key}]"
        return f"{find}({tag}, {unknown})({value})"


@dataclass(frozen=True, slots=True, eq=False)
class ClassDispatch(FastPass):
    """One function for each class of a union; the input is an instance."""

    table: dict[type, Function]

    def write_call(self, src: Source, value: str) -> str:
        """Return the look-up of a function by class, and its call."""
        return f"{src.bind(self.table, 'by_class')}[{value}.__class__]({value})"
