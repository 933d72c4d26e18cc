"""The README is short, and names only what is there."""

import re
from importlib import import_module

import pytest

from rtmodels import ConversationItemCreateEvent, ResponseCreateEvent
from rtmodels.testing import expect, respond

from .examples import README
from .examples import README_BLOCKS as BLOCKS
from .paths import ROOT

pytestmark = pytest.mark.needs("testing", "websockets")


def find_imports(text):
    """Yield module and name of all that *text* has of the package."""
    for module, names in re.findall(r"from (rtmodels\S*) import ([\w, ]+)", text):
        yield from ((module, name) for name in names.split(", "))
    for row in re.findall(r"^\|.*`\w+\(T\)`.*", text, re.MULTILINE):
        module = re.search(r"of `([\w.]+)`", row)[1]
        yield from ((module, adapter) for adapter in re.findall(r"`(\w+)\(T\)`", row))
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
    """A README of more than 120 lines is a manual."""
    assert len(README.splitlines()) <= 120


def test_the_client_sends_and_receives(realtime_server, monkeypatch, capsys):
    """It is a whole program, and prints the answer of the model."""
    monkeypatch.setenv("OPENAI_API_KEY", "key")
    realtime_server.play(
        expect(ConversationItemCreateEvent),
        expect(ResponseCreateEvent),
        respond("A narrow inlet."),
    )
    url = re.search(r'"(wss://.*)"', BLOCKS[1])[1]

    exec(BLOCKS[1].replace(url, realtime_server.url), {})  # noqa: S102 - our own text

    assert capsys.readouterr().out == "A narrow inlet."


def test_the_client_is_short():
    """Fifteen lines, beside imports and blank lines."""
    lines = [
        line
        for line in BLOCKS[1].splitlines()
        if line and not line.startswith(("import ", "from "))
    ]

    assert len(lines) <= 15


def read_row(name):
    """Return the figure of a voice session in the table of ``docs/speed.md``."""
    speed = (ROOT / "docs" / "speed.md").read_text()
    table = speed[speed.index("| decode |") :]
    row = re.search(rf"^\| {re.escape(name)} \|(.*)\|$", table, re.MULTILINE)[1]
    return row.split("|")[-1].partition(",")[0].strip()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("rtmodels", "rtmodels takes {},"),
        ("rtmodels without the extension", "and {} without the extension"),
        ("openai-python", "**openai-python** ({})"),
        (
            "openai-python's models in a tagged union of pydantic",
            "**pydantic** over openai-python's models ({})",
        ),
        ("msgspec, tagged Structs", "of your own ({})"),
    ],
)
def test_figures_are_those_of_the_table(name, sentence):
    """The comparison names the ratios that were measured."""
    assert sentence.format(read_row(name)) in README
