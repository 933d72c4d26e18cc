"""JSON Schemas in parts, which frameworks embed in their own documents."""

from types import GenericAlias
from typing import Any

from rtmodels import Mode, json_schema

REFERENCE = "#/$defs/"
"""The start of a reference to a definition."""


def describe(type_: Any, mode: Mode | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the schema of *type_*, and the definitions that it refers to.

    Raises:
        TypeError: *type_* is not a type of rtmodels.
    """
    # At the top of a document, a class would be described in place. As the item of an
    # array it becomes a reference, and its own schema a definition like all others.
    array: Any = GenericAlias(tuple, (type_, ...))
    document = json_schema(array, mode=mode or "tolerant")
    return document["items"], document.get("$defs", {})
