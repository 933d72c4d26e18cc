"""Finds the source of the installed package, and where in it a name is defined."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import rtmodels
import rtmodels.adapters

FOLDERS = {
    "rtmodels": Path(rtmodels.__file__).parent,
    "rtmodels.adapters": Path(rtmodels.adapters.__file__).parent,
}
"""In a checkout without symbolic links, the adapters are beside the package."""


@dataclass(frozen=True, eq=False)
class Source:
    """One file."""

    module: str
    """What it is imported as."""

    tree: ast.Module
    """What stands in it."""

    @property
    def is_public(self) -> bool:
        """Whether no part of its name says that it is private."""
        return not re.search(r"\._(?!_)", self.module)

    @property
    def exports(self) -> list[str]:
        """The names in ``__all__``, if that stands in the file."""
        for node in self.tree.body:
            match node:
                case ast.Assign(targets=[ast.Name(id="__all__")], value=value):
                    names: list[str] = ast.literal_eval(value)
                    return names
        return []


@cache
def load() -> dict[str, Source]:
    """Read all files, by module."""
    return {source.module: source for source in _read()}


def _read() -> Iterator[Source]:
    for package, folder in FOLDERS.items():
        for path in sorted(folder.glob("**/*.py")):
            parts = path.relative_to(folder).with_suffix("").parts
            names = [part for part in parts if part != "__init__"]
            yield Source(".".join([package, *names]), _parse(path))


def _parse(path: Path) -> ast.Module:
    """Parse a module, along with the stub that says what it exports lazily."""
    files = [path, path.with_suffix(".pyi")]
    trees = [ast.parse(file.read_text("utf-8")) for file in files if file.exists()]
    return ast.Module([node for tree in trees for node in tree.body], [])


def resolve(source: Source, name: str) -> tuple[Source, ast.stmt] | None:
    """Find where *name*, as *source* uses it, is defined; nothing if not by us."""
    sources = load()
    for node in _statements(source.tree):
        match node:
            case (
                ast.ClassDef(name=defined)
                | ast.FunctionDef(name=defined)
                | ast.AsyncFunctionDef(name=defined)
            ) if defined == name:
                return source, node
            case ast.AnnAssign(target=ast.Name(id=defined)) if defined == name:
                return source, node
            case ast.Assign(targets=[ast.Name(id=defined)]) if defined == name:
                return source, node
            case ast.ImportFrom(module=str(module)) if module in sources and any(
                name in (alias.asname, alias.name) for alias in node.names
            ):
                return resolve(sources[module], name)
    return None


def find(source: Source, name: str) -> tuple[Source, ast.stmt]:
    """Find where *name*, which *source* exports, is defined."""
    found = resolve(source, name)
    if found is None:
        raise LookupError(f"{source.module}: {name} is defined nowhere")
    return found


def _statements(node: ast.AST) -> Iterator[ast.stmt]:
    """Yield the statements of a module, also those under ``try`` and ``if``."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            yield child
        if isinstance(child, ast.Try | ast.If):
            yield from _statements(child)
