"""Writes what type checkers read in place of the lazy exports of a package."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import rtmodels
import rtmodels.adapters
from rtmodels import _INDEX as INDEX

WIDTH = 88

COMMAND = "python -m tests.tools.api --write"
HEAD = f"# Written by `{COMMAND}` from the index in __init__.py.\n"

VERSION = '__version__: str\n"""The installed version."""\n'


def make_stubs() -> dict[Path, str]:
    """Return the text of each stub, by its file."""
    return {
        _locate(rtmodels): f"{_write_stub(INDEX)}\n{VERSION}",
        _locate(rtmodels.adapters): _write_stub(_read_index(rtmodels.adapters)),
    }


def _locate(package: object) -> Path:
    """Return the file of the stub of *package*."""
    return Path(package.__file__).with_suffix(".pyi")


def _read_index(package: object) -> dict[str, list[str]]:
    """Return the names that a package exports, by the module that defines them."""
    index: dict[str, list[str]] = {}
    for name in package.__all__:
        index.setdefault(getattr(package, name).__module__, []).append(name)
    return index


def _write_stub(index: Mapping[str, Sequence[str]]) -> str:
    """Return imports of all names in *index*, as ruff formats them."""
    imports = "".join(_write_import(module, index[module]) for module in sorted(index))
    names = sorted((name for names in index.values() for name in names), key=sort_key)
    exports = "".join(f'    "{name}",\n' for name in names)
    return f"{HEAD}\n{imports}\n__all__ = [\n{exports}]\n"


def _write_import(module: str, names: Sequence[str]) -> str:
    """Return an import, on one line if it fits."""
    names = sorted(names, key=lambda name: (sort_key(name)[0], name.lower()))
    line = f"from {module} import {', '.join(names)}\n"
    if len(line) <= WIDTH + 1:
        return line

    lines = "".join(f"    {name},\n" for name in names)
    return f"from {module} import (\n{lines})\n"


def sort_key(name: str) -> tuple[int, str]:
    """Sort as ruff does: CONSTANTS, then Classes, then the rest."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


def find_stale() -> Iterator[Path]:
    """Yield the stubs that are not as they would be written now."""
    for path, text in make_stubs().items():
        if not path.exists() or path.read_text("utf-8") != text:
            yield path


def write_stubs() -> None:
    """Write all stubs."""
    for path, text in make_stubs().items():
        path.write_text(text, "utf-8")
