"""The docstrings of fields, which Python does not keep: they are read from the source.

The models read them when their ``__doc__`` is asked for; so does the JSON Schema.
"""

import ast
import inspect
import re
import sys
from collections.abc import Iterator
from functools import cache
from operator import attrgetter
from textwrap import fill
from types import ModuleType
from typing import Any, NamedTuple

from attrs import fields

__all__ = ["add_fields", "field_doc", "read_docs", "to_markdown"]

EVENTS_MODULE = "rtmodels.schema.events"
"""The module whose docstring describes the fields that all events have."""


class ModuleDocs(NamedTuple):
    """The docstrings in the source of one module."""

    paragraphs: tuple[str, ...]
    """The paragraphs of the docstring of the module itself."""

    names: dict[str, str]
    """The docstrings under each ``Class.field: type`` and ``Alias: TypeAlias``."""


def add_fields(cls: Any, doc: str) -> str:
    """Return *doc*, the docstring of an attrs class, with those of its fields added."""
    paragraphs = [inspect.cleandoc(doc), "Fields:"]
    # What all classes inherit, `extra`, comes last.
    for field in sorted(fields(cls), key=attrgetter("inherited")):
        text = " ".join((field_doc(cls, field.name) or "").split())
        paragraphs.append(
            fill(
                f"{field.name}: {text}".rstrip(" :"),
                80,
                initial_indent="    ",
                subsequent_indent="        ",
                break_long_words=False,
                break_on_hyphens=False,
            )
        )
    return "\n\n".join(paragraphs[:2]) + "\n" + "\n".join(paragraphs[2:])


def field_doc(cls: type, name: str) -> str | None:
    """Return the docstring under the field *name* of *cls*, or None.

    A field that all events have is described only once, in the docstring of the module
    of events. Of that paragraph, return the first sentence.
    """
    # A subclass inherits the fields of its bases, and their docstrings with them.
    for base in cls.__mro__:
        doc = read_docs(base.__module__).names.get(f"{base.__qualname__}.{name}")
        if doc:
            return doc

    if cls.__module__.startswith("rtmodels."):
        for paragraph in read_docs(EVENTS_MODULE).paragraphs:
            if paragraph.startswith(f"`{name}` "):
                return re.split(r"(?<=\.) ", paragraph, maxsplit=1)[0]

    return None


def read_docs(name: str) -> ModuleDocs:
    """Return the docstrings in the module *name*, which may not be loaded."""
    module = sys.modules.get(name)
    return _parse(module) if module else ModuleDocs((), {})


@cache
def _parse(module: ModuleType) -> ModuleDocs:
    """Parse the source of *module*, only once."""
    try:
        tree = ast.parse(inspect.getsource(module))
    except (OSError, TypeError, SyntaxError):
        # Frozen applications and classes from a prompt have no source, and so no
        # descriptions. Their schema is complete without.
        return ModuleDocs((), {})

    doc = to_markdown(ast.get_docstring(tree) or "")
    return ModuleDocs(tuple(doc.split("\n\n")), dict(_find_names(tree.body, "")))


def _find_names(body: list[ast.stmt], prefix: str) -> Iterator[tuple[str, str]]:
    """Iterate over the annotated names in *body*, qualified, with their docstrings."""
    for node, following in zip(body, [*body[1:], None], strict=True):
        match node, following:
            case ast.ClassDef(name=name, body=inner), _:
                yield from _find_names(inner, f"{prefix}{name}.")
            case ast.FunctionDef(name=name, body=inner), _:
                yield from _find_names(inner, f"{prefix}{name}.<locals>.")

            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                yield f"{prefix}{name}", to_markdown(text)


def to_markdown(doc: str) -> str:
    """Convert a docstring to Markdown, with one line per paragraph."""
    paragraphs = inspect.cleandoc(doc).split("\n\n")
    text = "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
    return re.sub(r"``(.+?)``", r"`\1`", text)
