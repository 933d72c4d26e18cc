"""The README is short, and names only what is there."""

import re
from importlib import import_module

import pytest

from .examples import README
from .examples import README_BLOCKS as BLOCKS

pytestmark = pytest.mark.needs(
    "fastapi", "sqlalchemy", "starlette", "testing", "websockets"
)


def find_imports(text):
    """Yield module and name of all that *text* has of the package."""
    for module, names in re.findall(r"from (rtmodels\S*) import ([\w, ]+)", text):
        yield from ((module, name) for name in names.split(", "))
    for adapter, module in re.findall(r"`(\w+)\(T\)` \| `(rtmodels[\w.]*)`", text):
        yield module, adapter
    for path in re.findall(r"`(rtmodels(?:\.\w+)+)[`(]", text):
        yield tuple(path.rsplit(".", 1))


def import_name(module, name):
    """Return what ``from module import name`` gives."""
    try:
        return getattr(import_module(module), name)
    except AttributeError:
        return import_module(f"{module}.{name}")


@pytest.mark.parametrize(("module", "name"), sorted(set(find_imports(README))))
def test_what_the_readme_names_can_be_imported_from_there(module, name):
    """Every adapter, function and module is where the README says."""
    assert import_name(module, name)


def test_the_first_example_is_short():
    """Ten lines, as a first look should be."""
    lines = [line for line in BLOCKS[0].splitlines() if line]

    assert len(lines) == 10


@pytest.mark.parametrize("command", ["rtmodels check", "pytest"])
def test_commands_work_on_a_bare_machine(command):
    """Both commands can be copied as one line."""
    line = rf"^pip install uv && uv run .*{command}.*$"

    assert len(re.findall(line, README, re.MULTILINE)) == 1


def test_the_readme_is_short():
    """A README of more than 190 lines is a manual; the relay in it is a program."""
    relay = max(BLOCKS, key=len)

    assert len(README.splitlines()) - len(relay.splitlines()) <= 190
