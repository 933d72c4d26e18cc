"""Builds and compiles the text of one function."""

import itertools
import linecache
import re
from collections.abc import Callable, Generator, Hashable
from contextlib import contextmanager
from functools import cache
from string import digits
from types import CodeType
from typing import Any

__all__ = ["Source"]

LOCALS = frozenset(
    ("extra", "item", "key", "known", "obj", "out", "self", "value", "values")
)
"""The local variables of all functions, which no global may be named like.

Many have namesakes with a number behind.
"""

_NUMBERS = itertools.count()  # so that no two texts share a file name


class Source:
    """The text of one function, and the objects that it names.

    ::

        src = Source()
        with src.block("def double(value):"):
            src.line(f"return {src.bind(2, 'factor')} * value")
        double = src.compile("double")

    Text that comes from a schema enters as ``{name!r}``, every object through `bind`.
    """

    def __init__(self) -> None:
        """Start with no text."""
        self.lines: list[str] = []
        self.names: dict[str, Any] = {}
        self.late: dict[Hashable, str] = {}
        self.indent = ""
        self.locals = 0

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
        """Name another local variable: *stem*, one of `LOCALS`, and a number."""
        self.locals += 1
        return f"{stem}{self.locals}"

    def bind(self, value: object, hint: str) -> str:
        """Make *value* a global of the function; give its name, which *hint* starts."""
        stem = re.sub(r"\W", "_", hint)
        name, count = stem, 1
        while name.rstrip(digits) in LOCALS or self.names.get(name, value) is not value:
            count += 1
            name = f"{stem}_{count}"
        self.names[name] = value
        return name

    def bind_late(
        self, key: Hashable, make: Callable[[], Callable[[Any], Any]], hint: str
    ) -> str:
        """Make a global of the function that *make* gives when it is first called.

        The same *key* stands for the same function.
        """

        def stand_in(value: Any) -> Any:
            self.names[name] = function = make()
            return function(value)

        if key not in self.late:
            self.late[key] = self.bind(stand_in, hint)
        name = self.late[key]
        return name

    def compile(self, name: str) -> Callable[..., Any]:
        """Turn the text into the function *name* that it defines."""
        text = "\n".join(self.lines) + "\n"
        exec(_compile(text, name), self.names)  # noqa: S102 - our text, our names
        function: Callable[..., Any] = self.names[name]
        return function


@cache
def _compile(text: str, name: str) -> CodeType:
    """Compile *text*, and show it to tracebacks and debuggers.

    Converters that differ only in the objects they bind share the code.
    """
    filename = f"<rtmodels {name} {next(_NUMBERS)}>"
    linecache.cache[filename] = (
        len(text),
        None,
        text.splitlines(keepends=True),
        filename,
    )
    return compile(text, filename, "exec")
