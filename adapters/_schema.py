"""JSON Schemas in the form that frameworks put into a document of their own."""

from types import GenericAlias
from typing import Any

from rtmodels import Mode, json_schema

REFERENCE = "#/$defs/"
"""How a reference to a definition begins."""


def describe(type_: Any, mode: Mode | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the schema of *type_*, and the definitions that it refers to.

    Raises:
        TypeError: It is no type of this package.
    """
    # as part of an array, what has a name is described by reference
    array: Any = GenericAlias(tuple, (type_, ...))
    document = json_schema(array, mode=mode or "tolerant")
    return document["items"], document.get("$defs", {})
