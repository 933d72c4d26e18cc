"""The docstrings of classes, and the public names of unions with theirs."""

import sys
from typing import Any, NamedTuple, get_args, get_origin

from rtmodels.converter._plan import UNION_ORIGINS, is_schema_class
from rtmodels.schema._docstrings import read_docs, to_markdown


class Alias(NamedTuple):
    """A public name of a union."""

    name: str
    doc: str | None


def class_doc(cls: type) -> str | None:
    """Return the docstring of *cls* as Markdown, or None."""
    doc = vars(cls).get("__doc__")
    doc = getattr(doc, "own", doc)  # without those of its fields
    return to_markdown(doc) if doc else None


def find_alias(union: Any) -> Alias | None:
    """Return the public name of *union* in the package of its classes, or None.

    Of several names, prefer one with a docstring, and then the least nested module and
    the shortest name.
    """
    # A union does not have a name. It is found by comparing it with all that the loaded
    # modules of the package export.
    classes = filter(is_schema_class, get_args(union))
    packages = {cls.__module__.partition(".")[0] for cls in classes}

    found = [
        (doc is None, home.count("."), home, len(name), Alias(name, doc))
        for home, module in list(sys.modules.items())
        if home.partition(".")[0] in packages
        for name in getattr(module, "__all__", ())
        for value in [vars(module).get(name)]
        if get_origin(value) in UNION_ORIGINS and value == union
        for doc in [read_docs(home).names.get(name)]
    ]

    return min(found)[-1] if found else None
