"""Finds what docstrings say of classes, of their fields and of the names of unions."""

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
"""The module whose docstring explains what all events have."""


class Alias(NamedTuple):
    """A public name of a union."""

    name: str
    doc: str | None


class ModuleDocs(NamedTuple):
    """The docstrings in the source of one module."""

    paragraphs: tuple[str, ...]
    """What the module says of itself."""

    names: dict[str, str]
    """What stands under each ``Class.field: type`` and ``Alias: TypeAlias``."""


def class_doc(cls: type) -> str | None:
    """Give the docstring of *cls*."""
    return to_markdown(cls.__doc__) if cls.__doc__ else None


def field_doc(cls: type, name: str) -> str | None:
    """Give the docstring under the field *name*, in *cls* or the class it is from.

    What all events have is explained once, in a paragraph that begins with the name;
    its first sentence will do.
    """
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
    """Find the name under which the package of its classes exports *union*.

    Of several names it is the one that has a docstring, in the least nested module.
    """
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
    """Read the source of the module *name*, if it is loaded and its source at hand."""
    module = sys.modules.get(name)
    return _parse(module) if module else ModuleDocs((), {})


@cache
def _parse(module: ModuleType) -> ModuleDocs:
    """Read the source of *module*, once."""
    try:
        tree = ast.parse(inspect.getsource(module))
    except (OSError, TypeError, SyntaxError):
        return ModuleDocs((), {})
    doc = to_markdown(ast.get_docstring(tree) or "")
    return ModuleDocs(tuple(doc.split("\n\n")), dict(_find_names(tree.body, "")))


def _find_names(body: list[ast.stmt], prefix: str) -> Iterator[tuple[str, str]]:
    """Yield each annotated name in *body*, qualified, and the docstring under it."""
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
    """Write a docstring as Markdown: one line a paragraph, single backticks."""
    paragraphs = inspect.cleandoc(doc).split("\n\n")
    text = "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
    return re.sub(r"``(.+?)``", r"`\1`", text)
