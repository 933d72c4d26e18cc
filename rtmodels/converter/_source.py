"""The text of generated functions, and its compilation.

Both directions write their functions with this module, and so does ``versions``.
"""

import itertools
import linecache
import re
from collections import defaultdict
from collections.abc import Callable, Generator, Hashable
from contextlib import contextmanager
from functools import cache
from string import digits
from types import CodeType
from typing import Any, TypeAlias, TypeVar, cast

from rtmodels.converter._values import MAX_SAFE_FLOAT, Rejected, check_large

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
"""A function that converts one value."""

LOCALS = frozenset(
    ("extra", "item", "key", "known", "obj", "out", "self", "value", "values")
)
"""The local variables of generated functions; no global may have one of these names.

Most of them also occur with a number appended.
"""

# Tracebacks look lines up by file name, so each text needs a unique one.
_NUMBERS: "dict[str, itertools.count[int]]" = defaultdict(lambda: itertools.count(1))


class Source:
    """The text of one function, and the objects that it names.

    ::

        src = Source()
        with src.block("def double(value):"):
            src.line(f"return {src.bind(2, 'factor')} * value")
        double = src.compile("double", "double")

    Text from a schema is inserted only as ``{name!r}``, and objects only by `bind`.
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
        """Append *head*, and indent the lines added inside the ``with`` statement."""
        self.line(head)
        self.indent += "    "
        yield
        self.indent = self.indent[:-4]

    def local(self, stem: str) -> str:
        """Return the name of a new local: *stem*, one of `LOCALS`, and a number."""
        self.locals += 1
        return f"{stem}{self.locals}"

    def bind(self, value: object, hint: str) -> str:
        """Make *value* a global of the function; return its name, close to *hint*."""
        stem = re.sub(r"\W", "_", hint)
        name, count = stem, 1

        # A local variable of the same name, numbered or not, would hide the global.
        while name.rstrip(digits) in LOCALS or self.names.get(name, value) is not value:
            count += 1
            name = f"{stem}_{count}"

        self.names[name] = value
        return name

    def bind_late(self, key: Hashable, make: Callable[[], Function], hint: str) -> str:
        """Make a global for the function of *make*, which is called on first use.

        Calls with the same *key* share one global.
        """
        if key not in self.late:

            def store(function: Function) -> None:
                # This dict is the globals of the compiled function, so its next call
                # finds the real function in place of the stand-in.
                self.names[name] = function

            name = self.late[key] = self.bind(on_first_call(make, store), hint)
        return self.late[key]

    def compile(self, name: str, title: str) -> Callable[..., Any]:
        """Compile the text, and return the function *name* that it defines.

        Tracebacks and profiles show the text as the file ``<rtmodels title>``.
        """
        text = "\n".join(self.lines) + "\n"

        exec(_compile(text, title), self.names)  # noqa: S102 - our text, our names
        function: Callable[..., Any] = self.names[name]
        return function


@cache
def _compile(text: str, title: str) -> CodeType:
    """Compile *text*, and register it for tracebacks and debuggers.

    Converters that differ only in the objects that they bind share the code.
    """
    number = next(_NUMBERS[title])
    filename = f"<rtmodels {title}>" if number == 1 else f"<rtmodels {title} {number}>"

    # An entry without a modification time is never compared with a file on disk.
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

    The first call makes the function and passes it to *store*, which replaces the
    stand-in in a table or in the globals of generated code. Programs thus compile only
    the classes that they meet, and recursive classes need no special treatment.
    """

    def stand_in(value: Any) -> Any:
        # No lock: if two threads arrive at once, they store equal functions.
        function = make()
        store(function)
        return function(value)

    return stand_in


def write_scalar_check(src: Source, kind: type) -> None:
    """Write the check that ``value`` is of *kind*: str, int, float or bool.

    For float, an int is accepted too.
    """
    if kind is not float:
        write_class_check(src, "value", kind)
        return

    # NaN fails every comparison, and so gets the closer look that large numbers get.
    high = src.bind(MAX_SAFE_FLOAT, "large")
    low = src.bind(-MAX_SAFE_FLOAT, "minus_large")
    with src.block("if value.__class__ is float:"):
        with src.block(f"if not {low} < value < {high}:"):
            src.line(f"{src.bind(check_large, 'check_large')}(value)")
    with src.block("elif value.__class__ is not int:"):
        write_rejection(src)


def write_class_check(src: Source, name: str, cls: type) -> None:
    """Write the check that *name* is an instance of *cls*, and not of a subclass."""
    with src.block(f"if {name}.__class__ is not {src.bind(cls, cls.__name__)}:"):
        write_rejection(src)


def write_rejection(src: Source) -> None:
    """Write the line that rejects the value."""
    src.line(f"raise {src.bind(Rejected, 'Rejected')}")


@cache
def draft_of(cls: type[T]) -> type[T]:
    """Return the draft of *cls*: a subclass that is not frozen.

    The ``__init__`` of a frozen class calls ``object.__setattr__`` for each attribute.
    Filling a draft and then changing its class takes half the time::

        self = draft_of(cls)()
        self.status = "completed"
        self.__class__ = cls

    A draft never leaves the generated function that fills it. Its class adds no slots,
    so that Python allows the change. A subclass makes it cheaper than a sibling would.
    """
    namespace: dict[str, Any] = {
        "__init__": object.__init__,
        # CPython derives one C slot, tp_setattro, from these two names together. If
        # either came from the frozen class, every store would call Python code.
        "__setattr__": object.__setattr__,
        "__delattr__": object.__delattr__,
        "__borrows_layout__": True,  # hides it from `Model.__subclasses__`
    }
    if "__slots__" in vars(cls):
        namespace["__slots__"] = ()
    return cast("type[T]", type(f"{cls.__name__}Draft", (cls,), namespace))
