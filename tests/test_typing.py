"""The examples for type checkers in `tests/typing` use all that is public.

`.ci/run` has mypy and pyright check them; this only sees that none is missing. A
method counts as used where its class is, and an attribute of its name.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from .tools.api.listing import find_public
from .tools.api.signatures import find_methods
from .tools.api.sources import load, resolve

EXAMPLES = sorted((Path(__file__).parent / "typing").glob("[a-z]*.py"))
SCHEMA = "rtmodels.schema."
"""Where classes only hold fields: those that checkers are asked about are a sample."""


def home_of(module: str, name: str) -> tuple[str, str] | None:
    """Return where the *name* that users import from *module* is defined."""
    found = resolve(load()[module], name) if module in load() else None
    return (found[0].module, name) if found else None


def find_needed() -> Iterator[tuple[str, str, str]]:
    """Yield module, name and method of everything that can be called, or read."""
    for module, names in find_public().items():
        for name in names if not module.startswith(SCHEMA) else ():
            home, node = resolve(load()[module], name)
            match node:
                case ast.FunctionDef():
                    yield home.module, name, ""
                case ast.ClassDef():
                    yield home.module, name, ""
                    for method in find_methods(home, node):
                        yield home.module, name, method


def find_used(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield the homes of all that an example imports and uses."""
    modules: dict[str, str] = {}
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str(module), names=names):
                for alias in names:
                    modules[alias.asname or alias.name] = f"{module}.{alias.name}"
            case ast.Import(names=names):
                for alias in names:
                    modules[alias.asname or alias.name] = alias.name
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Load()) if name in modules:
                module, _, original = modules[name].rpartition(".")
                yield home_of(module, original)
            case ast.Attribute(value=value, attr=name):
                module = ast.unparse(value)
                yield home_of(modules.get(module, module), name)


def read(path: Path) -> tuple[set[tuple[str, str]], set[str]]:
    """Return what an example uses of rtmodels, and the names of all its attributes."""
    tree = ast.parse(path.read_text())
    attributes = {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
    return set(find_used(tree)) - {None}, attributes


USED = [read(path) for path in EXAMPLES]


@pytest.mark.parametrize(
    ("module", "name", "method"), sorted(set(find_needed())), ids=str
)
def test_checkers_are_asked_about_everything_public(module, name, method):
    """A function, class or method that is new needs an example in `tests/typing`."""
    attributes = [names for homes, names in USED if (module, name) in homes]

    assert attributes, f"no file in tests/typing uses {name} of {module}"
    if method:
        assert any(method in names for names in attributes), (
            f"no file in tests/typing uses {name}.{method} of {module}"
        )
