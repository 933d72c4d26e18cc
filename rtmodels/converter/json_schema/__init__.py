"""JSON Schema documents for our types."""

from functools import cache
from typing import TYPE_CHECKING, Any, cast

from rtmodels.converter._options import Mode, check_mode
from rtmodels.converter._plan import type_name
from rtmodels.converter.json_schema._builder import SchemaBuilder, no_schema_error

if TYPE_CHECKING:
    from collections.abc import Hashable

    from typing_extensions import TypeForm

__all__ = ["json_schema"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(
    type_: "TypeForm[Any]", *, mode: Mode = "tolerant", ref: str = "#/$defs/{}"
) -> dict[str, Any]:
    """Build the JSON Schema 2020-12 document of what *mode* accepts for *type_*.

    ::

        document = json_schema(RealtimeServerEvent)
        document["$defs"]["RealtimeResponse"]["properties"]["status"]

    Valid is what the mode accepts, except for what no schema can express:

    - To JSON Schema 12.0 is an integer. In tolerant and forgiving mode it is one up
      to 2**53; in strict mode it is not.
    - Outside forgiving mode, objects of unknown shape nest 100 levels at most.
    - No JSON adapter takes integers of more than 64 bits, or NaN.
    - Hooks that you register with a converter, and validators in classes of your own,
      have the last word.

    Each class and each union that has a public name is defined once, and docstrings are
    the descriptions. A ``discriminator``, which is OpenAPI's, stands at unions whose
    tag every object has.

    Args:
        type_: A class or union of ours; a tuple, mapping or optional of such; or what
            else a field of ours may be, such as `MaxOutputTokens`.
        mode: Whose rules to describe: ``strict``, ``tolerant`` or ``forgiving``.
        ref: What a reference to a definition looks like, with ``{}`` for its name.
            The definitions stand under ``$defs`` all the same: to have them elsewhere,
            as under ``#/components/schemas/{}``, is to move them there.

    Returns:
        A document of your own to change: it is made once, and copied.

    Raises:
        TypeError: *type_* is not ours, or has a field whose type is not.
        ValueError: There is no such *mode*, or no ``{}`` in *ref*.
    """
    check_mode(mode)
    if "{}" not in ref:
        raise ValueError(f"no {{}} to stand for a name: {ref!r}")
    try:
        hash(type_)
    except TypeError:
        raise no_schema_error(type_name(type_)) from None
    document: dict[str, Any] = _copy(_write(cast("Hashable", type_), mode, ref))
    return document


@cache
def _write(type_: Any, mode: Mode, ref: str) -> dict[str, Any]:
    """Write the document for *type_*, once."""
    builder = SchemaBuilder(mode, ref)
    document = {"$schema": DIALECT, **builder.build_root(type_)}
    if builder.definitions:
        document["$defs"] = dict(sorted(builder.definitions.items()))
    return document


def _copy(node: Any) -> Any:
    """Copy a document, so that no two places in it are one object."""
    match node:
        case dict():
            return {key: _copy(value) for key, value in node.items()}
        case list():
            return [_copy(item) for item in node]
        case _:
            return node
