"""Reads the files of the schema: where a name stands, and what is written there."""

import ast
import re
from bisect import bisect
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import rtmodels
from rtmodels import _INDEX as INDEX

from ...paths import ROOT
from ..api.stubs import sort_key

HOMES = {name: module for module, names in INDEX.items() for name in names}
"""The module that defines each public name."""

INDEX_FILE = "rtmodels/__init__.py"


def path_of(module: str) -> str:
    """Return the path of *module*, which may be still to write, from the root."""
    spec = find_spec(module) if exists(module) else None
    if spec and spec.origin:
        return Path(spec.origin).relative_to(ROOT).as_posix()
    return f"{module.replace('.', '/')}.py"


def exists(module: str) -> bool:
    """Check whether there is a file for *module*."""
    stem = ROOT / module.replace(".", "/")
    return stem.with_suffix(".py").exists() or (stem / "__init__.py").exists()


@cache
def parse(path: str) -> ast.Module:
    """Parse the file at *path*, if there is one."""
    file = ROOT / path
    return ast.parse(file.read_text("utf-8") if file.exists() else "")


def tree_of(module: str) -> ast.Module:
    """Parse the file of *module*."""
    return parse(path_of(module))


@cache
def find_node(module: str, name: str) -> ast.ClassDef | ast.AnnAssign | None:
    """Return the class or alias called *name* in the file of *module*."""
    for node in tree_of(module).body:
        match node:
            case ast.ClassDef(name=found) | ast.AnnAssign(target=ast.Name(id=found)):
                if found == name:
                    return node
    return None


def name_of(node: ast.ClassDef | ast.AnnAssign) -> str:
    """Return the name of a class or alias."""
    return node.name if isinstance(node, ast.ClassDef) else ast.unparse(node.target)


@cache
def find_field(cls: type, name: str) -> ast.AnnAssign | None:
    """Return what declares the field *name* of *cls*."""
    owner = find_node(cls.__module__, cls.__name__)
    for node in owner.body if isinstance(owner, ast.ClassDef) else ():
        match node:
            case ast.AnnAssign(target=ast.Name(id=found)) if found == name:
                return node
    return None


def place_of(name: str, *, member: str | None = None) -> str:
    """Return the file and line of a class or alias, or of a field of that class."""
    module = HOMES.get(name, "rtmodels.schema")
    cls = getattr(rtmodels, name, None)
    node: ast.stmt | None = find_node(module, name)
    if member is not None and isinstance(cls, type):
        node = find_field(cls, member) or node
    return f"{path_of(module)}:{node.lineno}" if node else path_of(module)


@cache
def find_aliases() -> dict[str, ast.expr]:
    """Return the unions and sets of words among the public names, as written."""
    return {
        name: node.value
        for name, module in HOMES.items()
        if isinstance(node := find_node(module, name), ast.AnnAssign)
        if node.value is not None and ast.unparse(node.annotation) == "TypeAlias"
    }


def names_in(node: ast.AST) -> set[str]:
    """Return the names that occur in *node*."""
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def evaluate(node: ast.expr, module: str, changed: Mapping[str, Any]) -> Any:
    """Evaluate what *module* says in *node*, with some names *changed*."""
    space = vars(import_module(module)) | dict(changed)
    code = compile(ast.Expression(node), path_of(module), "eval")
    return eval(code, space)  # noqa: S307 - from our own files


def find_list(path: str, name: str, key: str | None = None) -> ast.expr | None:
    """Return the list called *name* in a file, or the one under *key* in a dict."""
    for node in parse(path).body:
        match node:
            case ast.Assign(targets=[ast.Name(id=found)], value=value) if found == name:
                if isinstance(value, ast.Dict):
                    return dict(
                        zip(map(constant, value.keys), value.values, strict=True)
                    ).get(key)
                return value
    return None


def constant(node: ast.expr | None) -> Any:
    """Return the constant that *node* is."""
    return node.value if isinstance(node, ast.Constant) else None


def place_in_list(path: str, name: str, word: str, key: str | None = None) -> str:
    """Return where *word* belongs in a sorted list of names."""
    found = find_list(path, name, key)
    if not isinstance(found, (ast.List, ast.Tuple)):
        return place_of_new_list(path, name, word, key)

    names = [constant(item) for item in found.elts]
    index = bisect([sort_key(one) for one in names], sort_key(word))
    where = f'after "{names[index - 1]}"' if index else "as the first"
    line = found.elts[index - 1].lineno if index else found.lineno
    listed = f'{name}["{key}"]' if key else name
    return f'{path}:{line}: add `"{word}",` to {listed}, {where}'


def place_of_new_list(path: str, name: str, word: str, key: str | None) -> str:
    """Return where to begin a list with *word*."""
    if key is None:
        return f'{path} is new: begin it with a docstring, and `{name} = ["{word}"]`'
    earlier = max((one for one in INDEX if one < key), default="")
    entry = f'`"{key}": ("{word}",),`'
    return f'{path}: add {entry} to {name}, after that of "{earlier}"'


def place_in_index(module: str, word: str) -> Iterator[str]:
    """Return where *word* belongs in ``__all__`` of *module*, and in the index."""
    if HOMES.get(word) != module:
        yield place_in_list(path_of(module), "__all__", word)
        yield place_in_list(INDEX_FILE, "_INDEX", word, module)


def find_mentions(name: str) -> Iterator[str]:
    """Yield the files and lines that have *name*, but for those that are generated."""
    # Python 3.13 follows no links here, so that `rtmodels/adapters` is not read twice.
    for folder in ("rtmodels", "adapters", "tests", "benchmarks"):
        for file in sorted((ROOT / folder).glob("**/*.py")):
            path = file.relative_to(ROOT).as_posix()
            lines = [
                n
                for n, line in enumerate(file.read_text("utf-8").splitlines(), 1)
                if re.search(rf"\b{name}\b", line)
            ]
            if lines:
                yield f"{path}:{lines[0]}"


def is_imported(module: str, name: str) -> bool:
    """Check whether the file of *module* imports or defines *name*."""
    return any(
        name in {alias.asname or alias.name for alias in node.names}
        for node in tree_of(module).body
        if isinstance(node, (ast.Import, ast.ImportFrom))
    ) or bool(find_node(module, name))
