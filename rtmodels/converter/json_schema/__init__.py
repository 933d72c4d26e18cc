"""JSON Schema documents for the types of rtmodels."""

from functools import cache
from typing import TYPE_CHECKING, Any, cast

from rtmodels.converter._options import Mode, check_mode
from rtmodels.converter._plan import type_name
from rtmodels.converter.json_schema._builder import SchemaBuilder
from rtmodels.converter.json_schema._python_types import no_schema_error

if TYPE_CHECKING:
    from collections.abc import Hashable

    from typing_extensions import TypeForm

__all__ = ["json_schema"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(
    type_: "TypeForm[Any]", *, mode: Mode = "tolerant", ref: str = "#/$defs/{}"
) -> dict[str, Any]:
    """Return the JSON Schema 2020-12 document for the values that *mode* accepts.

    ::

        document = json_schema(RealtimeServerEvent)
        document["$defs"]["RealtimeResponse"]["properties"]["status"]

    The document accepts the same values as the mode, except for rules that JSON Schema
    cannot express:

    - For JSON Schema, 12.0 is an integer. Tolerant and forgiving mode agree up to
      2**53. Strict mode rejects such numbers.
    - Outside forgiving mode, objects of unknown shape may nest at most 100 levels deep.
    - JSON adapters reject NaN, and numbers of more than 308 digits (4,300 in forgiving
      mode).
    - The hooks that you register with a converter, and the validators of your own
      classes, may have other rules. In your own classes cattrs accepts more than the
      annotations say: it converts ``"5"`` to an int, for example.

    The document defines each class once, and each union with a public name. Docstrings
    become descriptions. A union has a ``discriminator``, as in OpenAPI, if each of its
    objects has a tag.

    Args:
        type_: A class or union of rtmodels, a class of your own with fields of any such
            type (of attrs, a dataclass or a ``TypedDict``), or a collection of these.
        mode: The mode to describe: ``strict``, ``tolerant`` or ``forgiving``.
        ref: The form of a reference to a definition, with ``{}`` for its name. The
            definitions are under ``$defs`` in any case. If *ref* points elsewhere, as
            ``#/components/schemas/{}`` does, move them there.

    Returns:
        A new document, which you may change.

    Raises:
        TypeError: *type_*, or the type of a field in it, has no schema.
        ValueError: *mode* is unknown, or *ref* has no ``{}``.
    """
    check_mode(mode)
    if "{}" not in ref:
        raise ValueError(f"ref has no {{}} for the name of a definition: {ref!r}")

    # The cache needs a key, and a type that cannot be one has no schema anyway.
    try:
        hash(type_)
    except TypeError:
        raise no_schema_error(type_name(type_)) from None

    document: dict[str, Any] = _copy(_write(cast("Hashable", type_), mode, ref))
    return document


@cache
def _write(type_: Any, mode: Mode, ref: str) -> dict[str, Any]:
    """Build the document for *type_*, only once."""
    builder = SchemaBuilder(mode, ref)
    document = {"$schema": DIALECT, **builder.build_root(type_)}
    if builder.definitions:
        document["$defs"] = dict(sorted(builder.definitions.items()))
    return document


def _copy(node: Any) -> Any:
    """Copy a document so that callers may change it, each place by itself."""
    match node:
        case dict():
            return {key: _copy(value) for key, value in node.items()}
        case list():
            return [_copy(item) for item in node]
        case _:
            return node
