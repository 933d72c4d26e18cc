"""Our JSON Schema, in the form in which adapters put it into a framework's document."""

from types import GenericAlias
from typing import Any

from rtmodels import Mode, json_schema

REFERENCE = "#/$defs/"
"""How a reference to a definition begins."""


def describe(type_: Any, mode: Mode | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give the schema of *type_*, and the definitions that it refers to.

    Raises:
        TypeError: It is none of our types.
    """
    # as part of an array, what has a name is described by reference
    array: Any = GenericAlias(tuple, (type_, ...))
    document = json_schema(array, mode=mode or "tolerant")
    return document["items"], document.get("$defs", {})
