"""The public names as one text, and the record of it.

A name is public if `rtmodels` exports it, or `rtmodels.build`, or a public module of
`rtmodels.adapters`.
What the other modules have in ``__all__`` is for each other.
"""

import ast
from collections.abc import Iterator
from difflib import unified_diff
from functools import cache
from pathlib import Path

from rtmodels import _INDEX as INDEX

from .signatures import describe, find_names
from .sources import Source, find, load, resolve
from .stubs import find_stale, write_stubs

SNAPSHOT = Path(__file__).parent / "public_api.txt"

HEAD = """\
The public names of rtmodels, as `python -m tests.tools.api --write` records them.
What is listed under "rtmodels, from ..." is imported from rtmodels itself.
"""

MODULES = ("rtmodels.adapters", "rtmodels.build", "rtmodels.testing")
"""The packages whose modules users import from, apart from `rtmodels` itself."""


@cache
def make() -> str:
    """List the names of every public module."""
    return "\n".join([HEAD, *_sections(), ""])


def find_public() -> dict[str, list[str]]:
    """Return the public names, by the module that lists them."""
    modules = {
        module: source.exports
        for module, source in load().items()
        if module.startswith(MODULES) and source.is_public and source.exports
    }
    core = {module: list(names) for module, names in INDEX.items()}
    return dict(sorted((core | modules).items()))


def _sections() -> Iterator[str]:
    """Write a section for each module: its name, then its names, sorted."""
    used: dict[str, list[str]] = {}
    public = find_public()
    exported = {name for names in public.values() for name in names}
    for module, names in public.items():
        yield f"== rtmodels, from {module}" if module in INDEX else f"== {module}"
        for name in sorted(names):
            home, node = find(load()[module], name)
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
    """Check whether a statement defines a type variable."""
    return "TypeVar(" in ast.unparse(node)


def compare() -> str:
    """Return how the names differ from those on record; nothing if they do not."""
    recorded = SNAPSHOT.read_text("utf-8").splitlines() if SNAPSHOT.exists() else []
    lines = unified_diff(recorded, make().splitlines(), "on record", "now", lineterm="")
    stale = (f"{path.parent.name}/{path.name} is out of date" for path in find_stale())
    return "".join(f"{line}\n" for line in [*lines, *stale])


def write() -> None:
    """Put the names on record, and into the stubs."""
    write_stubs()
    load.cache_clear()
    make.cache_clear()
    SNAPSHOT.write_text(make(), "utf-8")
