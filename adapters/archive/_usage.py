"""What the responses of an archive used in total."""

from typing import Any

from rtmodels import TokenUsage
from rtmodels.adapters.archive._packing import pc
from rtmodels.errors import MissingDependencyError

try:
    import pyarrow as pa
except ModuleNotFoundError as exc:
    raise MissingDependencyError("pyarrow", extra="arrow") from exc

PARTS = {
    "input": ("text", "audio", "image"),
    "cached": ("text", "audio", "image"),
    "output": ("text", "audio"),
}
"""The modalities that have a column, by the first word of its name."""


def add_usage(responses: pa.Table) -> TokenUsage:
    """Return the sum that `Tables.usage` returns."""
    names = [name for name in responses.column_names if name.endswith("_tokens")]
    columns = {name: pc.fill_null(responses[name], 0) for name in names}

    # Sums hide a response whose details exceed its total, so the rest is found by row.
    counts = {"reasoning_tokens": columns["reasoning_tokens"]}
    for way, kinds in PARTS.items():
        rest = columns[f"{way}_tokens"]
        for kind in kinds:
            name = f"{way}_{kind}_tokens"
            counts[name] = columns[name]
            rest = pc.subtract(rest, columns[name])
        counts[f"{way}_other_tokens"] = pc.max_element_wise(rest, 0)

    known = pc.is_valid(pc.coalesce(*(responses[name] for name in names)))
    sums: dict[str, Any] = {
        name: pc.sum(count).as_py() or 0 for name, count in counts.items()
    }
    return TokenUsage(responses=pc.sum(known).as_py() or 0, **sums)
