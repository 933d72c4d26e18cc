"""Says what is to be done so that the classes are what a schema says."""

from collections.abc import Iterator
from typing import Any

import rtmodels
from rtmodels import Model

from .additions import ADDITIONS, add_facts, find_obsolete, read_facts
from .aliases import BETA_UNIONS, AliasChanges
from .differences import KNOWN, OWN_NAMES, UNPUBLISHED, Known
from .document import FACTS, complete, load
from .facts import compare_facts
from .reporter import DIFFERENCES, Entry, Reporter
from .sources import HOMES, find_mentions, place_of
from .upstream import Upstream
from .writing import write

CLASSES = [
    value
    for value in (getattr(rtmodels, name) for name in HOMES)
    if isinstance(value, type) and issubclass(value, Model) and value is not Model
    if not value.__module__.startswith("rtmodels.schema.servers.")
]


def compare(schemas: dict[str, Any]) -> Upstream:
    """Read *schemas* with the names and differences of our own."""
    return Upstream(schemas, OWN_NAMES)


def report(upstream: Upstream) -> Iterator[Entry]:
    """Yield all differences, each once."""
    reporter = Reporter(upstream)
    entries = [
        *(entry for target in upstream.schemas for entry in reporter.schema(target)),
        *(entry for name in BETA_UNIONS for entry in reporter.alias(name)),
        *report_leftovers(upstream),
    ]
    yield from dict.fromkeys(entries)


def report_leftovers(upstream: Upstream) -> Iterator[Entry]:
    """Yield the classes that correspond to nothing upstream."""
    for cls in CLASSES:
        names = {*upstream.objects, *upstream.schemas, *UNPUBLISHED}
        if cls.__name__ not in names:
            mentions = [*dict.fromkeys(find_mentions(cls.__name__))]
            yield Entry(
                place_of(cls.__name__),
                f"remove {cls.__name__}, which upstream has not",
                (f"it is named in {', '.join(mentions)}",),
            )


def report_known(upstream: Upstream, pinned: Upstream) -> Iterator[Entry]:
    """Yield the known differences whose upstream side has changed."""
    versions = [(one, AliasChanges(one).values) for one in (pinned, upstream)]
    old, new = (
        [show_theirs(version, aliases, known) for known in KNOWN]
        for version, aliases in versions
    )
    for known, before, after in zip(KNOWN, old, new, strict=True):
        if before != after:
            yield Entry(
                DIFFERENCES,
                f"look at {known.cls}.{known.field} again, which upstream had as"
                f" {before} and has as {after}",
            )


def show_theirs(upstream: Upstream, aliases: dict[str, Any], known: Known) -> str:
    """Write what upstream itself says of the field of *known*."""
    lines = {
        f"`{write(known.field, upstream.expect(known.cls, obj, known.field), aliases)}`"
        for obj in upstream.objects.get(known.cls, ())
        if known.field in obj["properties"]
    }
    return " and ".join(sorted(lines)) or "nothing"


def is_needed(upstream: Upstream, known: Known) -> bool:
    """Check whether *known* still differs from upstream."""
    return any(
        known.field not in obj["properties"]
        or upstream.expect(known.cls, obj, known.field) != (known.type, known.default)
        for obj in upstream.objects[known.cls]
    )


def report_document(schemas: dict[str, Any], facts: dict[str, Any]) -> Iterator[str]:
    """Yield all there is to do for a document with these schemas and facts."""
    upstream = compare(add_facts(complete(schemas)))
    yield from map(str, report(upstream))
    yield from map(str, report_known(upstream, compare(read_facts())))
    for addition, reason in find_obsolete(schemas):
        yield f"{ADDITIONS.name}: remove the entry of {addition.place}, {reason}"
    yield from compare_facts(load(FACTS), facts, upstream)
