"""The public names of all modules as one text, and the record of it."""

import ast
from collections.abc import Iterator
from difflib import unified_diff
from functools import cache
from pathlib import Path

from rtmodels import _INDEX as INDEX

from .signatures import describe, find_names
from .sources import Source, find, load, resolve

SNAPSHOT = Path(__file__).parent / "public_api.txt"

HEAD = """\
The public names of rtmodels, as `python -m tests.api --write` records them.
What stands under "rtmodels and ..." is imported from rtmodels itself.
"""

MODEL = "rtmodels.schema._model"
"""A private file with public names."""


@cache
def make() -> str:
    """List the names of every public module."""
    return "\n".join([HEAD, *_sections(), ""])


def find_public() -> dict[str, Source]:
    """Find the modules that export anything."""
    return {
        module: source
        for module, source in sorted(load().items())
        if (source.is_public or module == MODEL) and source.exports
    }


def _sections() -> Iterator[str]:
    """Write a section for each module: its name, then its names, sorted."""
    used: dict[str, list[str]] = {}
    public = find_public()
    exported = {name for source in public.values() for name in source.exports}
    for module, source in public.items():
        title = f"rtmodels and {module}" if module in INDEX else module
        yield f"== {title.removesuffix(f' and {MODEL}')}"
        for name in sorted(source.exports):
            home, node = find(source, name)
            if home.module != module and home.module in public:
                yield f"{name} is that of {home.module}"
            else:
                yield from describe(name, home, node)
                used |= _describe_used(home, node)
        yield ""
    yield "== used above, and not to be imported"
    for name in sorted(used.keys() - exported):
        yield from used[name]


def _describe_used(source: Source, node: ast.stmt) -> dict[str, list[str]]:
    """Describe the aliases and constants in the signature of *node*."""
    lines = {}
    for name in find_names(node):
        home, definition = resolve(source, name) or (source, None)
        is_value = isinstance(definition, ast.Assign | ast.AnnAssign)
        if is_value and not _is_variable(definition):
            lines[name] = list(describe(name, home, definition))
    return lines


def _is_variable(node: ast.stmt) -> bool:
    """Tell whether a name stands for any type."""
    return "TypeVar(" in ast.unparse(node)


def compare() -> str:
    """Say how the names differ from those on record; nothing if they do not."""
    recorded = SNAPSHOT.read_text("utf-8").splitlines() if SNAPSHOT.exists() else []
    lines = unified_diff(recorded, make().splitlines(), "on record", "now", lineterm="")
    return "".join(f"{line}\n" for line in lines)


def write() -> None:
    """Put the names on record."""
    SNAPSHOT.write_text(make(), "utf-8")
