"""Builds and compiles the text of generated functions.

Both directions write their functions with it, and so do the renames of versions.
"""

import itertools
import linecache
import re
from collections import defaultdict
from collections.abc import Callable, Generator, Hashable
from contextlib import contextmanager
from functools import cache
from math import inf
from string import digits
from types import CodeType
from typing import Any, TypeAlias, TypeVar, cast

from rtmodels.converter._values import Rejected

__all__ = [
    "Function",
    "Source",
    "draft_of",
    "on_first_call",
    "write_class_check",
    "write_rejection",
    "write_scalar_check",
]

T = TypeVar("T")

Function: TypeAlias = Callable[[Any], Any]
"""A function of one value: what passes are made of."""

LOCALS = frozenset(
    ("extra", "item", "key", "known", "obj", "out", "self", "value", "values")
)
"""The local variables of all functions, which no global may be named like.

Many have namesakes with a number behind.
"""

# Each text has a file name of its own: tracebacks look lines up by it.
_NUMBERS: "dict[str, itertools.count[int]]" = defaultdict(lambda: itertools.count(1))


class Source:
    """The text of one function, and the objects that it names.

    ::

        src = Source()
        with src.block("def double(value):"):
            src.line(f"return {src.bind(2, 'factor')} * value")
        double = src.compile("double", "double")

    Text that comes from a schema enters as ``{name!r}``, every object through `bind`.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.names: dict[str, Any] = {}
        self.late: dict[Hashable, str] = {}
        self.indent: str = ""
        self.locals: int = 0

    def line(self, text: str) -> None:
        """Append one line."""
        self.lines.append(self.indent + text)

    @contextmanager
    def block(self, head: str) -> Generator[None]:
        """Append *head*, and indent what follows it inside the ``with``."""
        self.line(head)
        self.indent += "    "
        yield
        self.indent = self.indent[:-4]

    def local(self, stem: str) -> str:
        """Return the name of another local variable: *stem*, of `LOCALS`, numbered."""
        self.locals += 1
        return f"{stem}{self.locals}"

    def bind(self, value: object, hint: str) -> str:
        """Make *value* a global of the function; return its name: *hint*, or close."""
        stem = re.sub(r"\W", "_", hint)
        name, count = stem, 1
        while name.rstrip(digits) in LOCALS or self.names.get(name, value) is not value:
            count += 1
            name = f"{stem}_{count}"
        self.names[name] = value
        return name

    def bind_late(self, key: Hashable, make: Callable[[], Function], hint: str) -> str:
        """Make a global of the function that *make* returns, on its first call.

        The same *key* stands for the same function.
        """
        if key not in self.late:

            def store(function: Function) -> None:
                self.names[name] = function

            name = self.late[key] = self.bind(on_first_call(make, store), hint)
        return self.late[key]

    def compile(self, name: str, title: str) -> Callable[..., Any]:
        """Return the function *name* that the text defines.

        Tracebacks and profiles show the text as the file ``<rtmodels title>``.
        """
        text = "\n".join(self.lines) + "\n"
        exec(_compile(text, title), self.names)  # noqa: S102 - our text, our names
        function: Callable[..., Any] = self.names[name]
        return function


@cache
def _compile(text: str, title: str) -> CodeType:
    """Compile *text*, and show it to tracebacks and debuggers.

    Converters that differ only in the objects they bind share the code.
    """
    number = next(_NUMBERS[title])
    filename = f"<rtmodels {title}>" if number == 1 else f"<rtmodels {title} {number}>"
    linecache.cache[filename] = (
        len(text),
        None,
        text.splitlines(keepends=True),
        filename,
    )
    return compile(text, filename, "exec")


def on_first_call(
    make: Callable[[], Function], store: Callable[[Function], object]
) -> Function:
    """Return a stand-in for the function that *make* returns.

    Its first call makes the function, and has *store* put it where the stand-in was:
    into a table, or a global of generated code. So nothing is compiled before it is
    needed, and recursive classes need no special care.
    """

    def stand_in(value: Any) -> Any:
        function = make()
        store(function)
        return function(value)

    return stand_in


def write_scalar_check(src: Source, kind: type) -> None:
    """Write the check that ``value`` is a str, an int, a float or a bool."""
    if kind is not float:
        write_class_check(src, "value", kind)
        return

    low, high = src.bind(-inf, "minus_inf"), src.bind(inf, "inf")
    with src.block("if value.__class__ is float:"):
        with src.block(f"if not {low} < value < {high}:"):
            write_rejection(src)
    with src.block("elif value.__class__ is not int:"):
        write_rejection(src)


def write_class_check(src: Source, name: str, cls: type) -> None:
    """Write the check that *name* is a *cls*, and none of its subclasses."""
    with src.block(f"if {name}.__class__ is not {src.bind(cls, cls.__name__)}:"):
        write_rejection(src)


def write_rejection(src: Source) -> None:
    """Write the line that gives up."""
    src.line(f"raise {src.bind(Rejected, 'Rejected')}")


@cache
def draft_of(cls: type[T]) -> type[T]:
    """Return the class whose instances are filled, and then become *cls* for good.

    The ``__init__`` of a frozen class stores through ``object.__setattr__``, a call for
    each attribute. Storing into a draft takes half the time::

        self = draft_of(cls)()
        self.status = "completed"
        self.__class__ = cls

    A draft never leaves the generated function that fills it. Its class adds no slots
    to *cls*, so that the two can be exchanged, at less cost than between siblings.
    """
    namespace: dict[str, Any] = {
        "__init__": object.__init__,
        # CPython fills one slot, tp_setattro, from these two names together. Were
        # either inherited from the frozen class, every store would call into Python.
        "__setattr__": object.__setattr__,
        "__delattr__": object.__delattr__,
        "__borrows_layout__": True,  # `Model.__subclasses__` leaves it out
    }
    if "__slots__" in vars(cls):
        namespace["__slots__"] = ()
    return cast("type[T]", type(f"{cls.__name__}Draft", (cls,), namespace))
