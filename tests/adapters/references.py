"""Finds the references in documents with JSON Schemas."""

from collections.abc import Iterator
from typing import Any


def find_references(node: Any) -> Iterator[str]:
    """Yield each reference in a document, those of discriminators included."""
    match node:
        case dict():
            for value in node.values():
                yield from find_references(value)
        case list():
            for item in node:
                yield from find_references(item)
        case str() if node.startswith("#/"):
            yield node
