"""Rows of Parquet that are summed up without being decoded.

Most rows of an archive are deltas and audio, of which the tables need two ids and a
length, or nothing at all. The others are decoded, and need few of the columns.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, ClassVar

from attrs import frozen

from rtmodels.adapters._json_text import load_json
from rtmodels.adapters._recordings.options import ReadOptions
from rtmodels.adapters._recordings.protocol import Protocol
from rtmodels.adapters.archive._events import HANDLERS, LIGHT_HANDLERS
from rtmodels.adapters.archive._packing import pc
from rtmodels.adapters.archive._tables import REALTIME, TableHandler, Tabulator
from rtmodels.converter._plan import plan_class
from rtmodels.converter._shapes import Base64, Literals, Nullable, Scalar, Shape
from rtmodels.errors import MissingDependencyError

try:
    import pyarrow as pa
except ModuleNotFoundError as exc:
    raise MissingDependencyError("pyarrow", extra="arrow") from exc

ALWAYS = ("source", "type", "extra", "unknown", "issues", "raw")
"""The columns that every row needs."""

USED = ("response_id", "item_id", "delta")
"""The columns that light rows need besides."""


@frozen(eq=False)
class LightTypes:
    """The types of events whose rows need not be decoded."""

    handlers: dict[str, TableHandler | None]
    """Their handlers; ``None`` if the tables need nothing of such an event."""

    columns: frozenset[str]
    """The columns that these rows and all others need."""

    head: ClassVar[tuple[str, ...]] = ("type", "extra")
    """The columns that `fit` needs."""

    pattern: str
    """Matches ``extra`` if it has the name of any field of an event, or an escape."""

    fields: dict[str, frozenset[str]]
    """The names of the fields of each type, light or not."""

    def split(self, batch: pa.RecordBatch) -> tuple[pa.Array, pa.RecordBatch]:
        """Split off the rows that have to be decoded.

        Return the index of the handler of each row, which is null for those; and those
        rows, without what they need not have in ``extra``.
        """
        index = pc.index_in(batch.column("type"), value_set=self._list_types())
        needs_ids = pa.array([each is not None for each in self.handlers.values()])
        has_ids = pc.and_(
            batch.column("response_id").is_valid(), batch.column("item_id").is_valid()
        )
        is_kept = pc.or_(
            batch.column("unknown").is_valid(), batch.column("raw").is_valid()
        )

        is_light = pc.or_(has_ids, pc.invert(needs_ids.take(index)))
        odd = self._find_odd(batch)
        is_light = pc.and_not(is_light, pc.or_(is_kept, odd))
        index = pc.if_else(is_light, index, pa.scalar(None, index.type))

        # The keys of a log cost as much to parse as an event.
        extra = pc.if_else(odd, batch.column("extra"), pa.scalar(None, pa.string()))
        place = batch.schema.get_field_index("extra")
        return index, batch.set_column(place, "extra", extra).filter(index.is_null())

    def fit(self, head: pa.Table) -> bool:
        """Check whether `columns` are enough for rows of which *head* is the start."""
        is_light = pc.is_in(head["type"], value_set=self._list_types())
        return not pc.any(pc.and_(is_light, self._find_odd(head))).as_py()

    def _find_odd(self, rows: Any) -> Any:
        """Return for each row whether another mode may refuse its ``extra``.

        In forgiving mode, `rtmodels convert` keeps values in ``extra`` that the fields
        of their names refuse.
        """
        extra = rows.column("extra")
        found = pc.match_substring_regex(extra, self.pattern)
        found = found.fill_null(False)  # noqa: FBT003 - a value
        if not pc.any(found).as_py():
            return found

        # Another event may have a field of that name.
        columns = (each.to_pylist() for each in (found, rows.column("type"), extra))
        return pa.array(
            [
                matches and self._is_odd(type_, text)
                for matches, type_, text in zip(*columns, strict=True)
            ],
            pa.bool_(),
        )

    def _is_odd(self, type_: str | None, text: str) -> bool:
        """Check whether the ``extra`` of an event has a key that is a field of it."""
        fields = self.fields.get(type_ or "", frozenset())
        return "\\u" in text or not fields.isdisjoint(load_json(text))

    def _list_types(self) -> pa.Array:
        """Return the types in the order of their handlers."""
        return pa.array(self.handlers, pa.string())


def find_light_types(protocol: Protocol, options: ReadOptions) -> LightTypes | None:
    """Return the types of *protocol* whose rows are light; None if all are decoded."""
    # Strict mode refuses what the others have kept, and an upgrade may change any
    # event. The tables of the Live API count every event.
    if options.mode == "strict" or options.upgrade or protocol is not REALTIME:
        return None
    return _find_light_types()


@cache
def _find_light_types() -> LightTypes:
    """Return the types of the Realtime API whose rows are light."""
    handlers: dict[str, TableHandler | None] = {}
    fields: dict[str, frozenset[str]] = {}
    columns = {*ALWAYS, *USED}
    for type_, classes in REALTIME.classes.items():
        names = frozenset(
            field.name for cls in classes for field in plan_class(cls).fields
        )
        fields[type_] = names
        if len(classes) == 1 and _is_light(classes[0]):
            handlers[type_] = Tabulator.find_handler(classes[0])
        else:
            columns |= names

    keys = "|".join(map(re.escape, sorted(frozenset().union(*fields.values()))))
    pattern = rf'\\u|"(?:{keys})"'
    return LightTypes(handlers, frozenset(columns), pattern, fields)


def _is_light(cls: type) -> bool:
    """Check whether the tables need at most `USED` of events of *cls*."""
    needs_more = cls not in HANDLERS and Tabulator.find_handler(cls) is not None
    if needs_more or HANDLERS.get(cls, None) not in (None, *LIGHT_HANDLERS):
        return False
    # An object inside may have kept values of its own that other modes refuse.
    return all(_is_flat(field.shape) for field in plan_class(cls).fields)


def _is_flat(shape: Shape) -> bool:
    """Check whether values of *shape* are scalars."""
    if isinstance(shape, Nullable):
        return _is_flat(shape.shape)
    return isinstance(shape, (Base64, Literals, Scalar))


class LightRow:
    """What handlers need of a light row, in place of its event."""

    __slots__ = ("delta", "item_id", "response_id")

    def __init__(self, response_id: str, item_id: str, size: int) -> None:
        """Set the ids, and the *size* of the audio."""
        self.response_id = response_id
        self.item_id = item_id
        self.delta = range(size)  # handlers only ask for its length


def read_light_rows(batch: pa.RecordBatch) -> Iterator[LightRow]:
    """Iterate over the rows of *batch* as if all of them were light."""
    sizes = pc.binary_length(pc.struct_field(batch.column("delta"), "binary"))
    columns = (
        batch.column("response_id"),
        batch.column("item_id"),
        sizes.fill_null(0),
    )
    return map(LightRow, *(column.to_pylist() for column in columns))
