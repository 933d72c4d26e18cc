"""The docstrings of classes, of their fields, and of the public names of unions.

Python does not keep docstrings under fields and aliases, so this module reads them from
the source.
"""

import ast
import inspect
import re
import sys
from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import Any, NamedTuple, get_args, get_origin

from rtmodels.converter._plan import UNION_ORIGINS, is_schema_class

EVENTS_MODULE = "rtmodels.schema.events"
"""The module whose docstring describes the fields that all events have."""


class Alias(NamedTuple):
    """A public name of a union."""

    name: str
    doc: str | None


class ModuleDocs(NamedTuple):
    """The docstrings in the source of one module."""

    paragraphs: tuple[str, ...]
    """The paragraphs of the docstring of the module itself."""

    names: dict[str, str]
    """The docstrings under each ``Class.field: type`` and ``Alias: TypeAlias``."""


def class_doc(cls: type) -> str | None:
    """Return the docstring of *cls* as Markdown, or None."""
    return to_markdown(cls.__doc__) if cls.__doc__ else None


def field_doc(cls: type, name: str) -> str | None:
    """Return the docstring under the field *name* of *cls*, or None.

    A field that all events have is described only once, in the docstring of the module
    of events. Of that paragraph, return the first sentence.
    """
    # A subclass inherits the fields of its bases, and their docstrings with them.
    for base in cls.__mro__:
        doc = _read(base.__module__).names.get(f"{base.__qualname__}.{name}")
        if doc:
            return doc

    if cls.__module__.startswith("rtmodels."):
        for paragraph in _read(EVENTS_MODULE).paragraphs:
            if paragraph.startswith(f"`{name}` "):
                return re.split(r"(?<=\.) ", paragraph, maxsplit=1)[0]

    return None


def find_alias(union: Any) -> Alias | None:
    """Return the public name of *union* in the package of its classes, or None.

    Of several names, prefer one with a docstring, and then the least nested module.
    """
    # A union does not have a name. It is found by comparing it with all that the loaded
    # modules of the package export.
    classes = filter(is_schema_class, get_args(union))
    packages = {cls.__module__.partition(".")[0] for cls in classes}

    found = [
        (doc is None, home.count("."), home, Alias(name, doc))
        for home, module in list(sys.modules.items())
        if home.partition(".")[0] in packages
        for name in getattr(module, "__all__", ())
        for value in [vars(module).get(name)]
        if get_origin(value) in UNION_ORIGINS and value == union
        for doc in [_read(home).names.get(name)]
    ]

    return min(found)[-1] if found else None


def _read(name: str) -> ModuleDocs:
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
