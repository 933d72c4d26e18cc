"""Everything public has a docstring, whose first line is a sentence."""

import ast
import inspect
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, get_args

import pytest

import rtmodels

from ..paths import ROOT

FILES = sorted([*ROOT.glob("rtmodels/**/*.py"), *ROOT.glob("adapters/**/*.py")])
PUBLIC_FILES = [
    path
    for path in FILES
    if path.name in {"__init__.py", "_model.py"} or not path.name.startswith("_")
]
EXPLAINED_ONCE = {"event_id", "type"}
"""What the packages of `EXPLAINING` say about all events."""

EXPLAINING = ["rtmodels/schema/events", "rtmodels/schema/live"]

EVENTS = {
    cls.__name__
    for name in rtmodels.__all__
    if name.endswith("Event")
    for cls in get_args(getattr(rtmodels, name))
    if cls is not rtmodels.Unknown
}
"""The members of all unions of events."""

MAX_LINE = 88
EMPTY_WORDS = {"a", "an", "the", "this", "of", "is", "its", "it", "field", "value"}


class Thing(NamedTuple):
    """Something that a docstring can say what it is."""

    line: int
    name: str
    owner: str
    """The class it is in, if any."""

    kind: str
    doc: str | None

    def __str__(self) -> str:
        """Return its place, for the failure message."""
        return f"line {self.line}: {self.owner}{'.' if self.owner else ''}{self.name}"


def find_things(path: Path) -> list[Thing]:
    """Return everything in *path* that has, or should have, a docstring."""
    tree = ast.parse(path.read_text())
    doc = ast.get_docstring(tree, clean=False)
    return [Thing(1, path.stem, "", "module", doc), *find_below(tree, "")]


def find_below(node: ast.Module | ast.ClassDef, owner: str) -> Iterator[Thing]:
    """Yield the classes, functions, fields and aliases in *node*."""
    for child, following in zip(node.body, [*node.body[1:], None], strict=True):
        match child:
            case ast.ClassDef(name=name, lineno=line):
                doc = ast.get_docstring(child, clean=False)
                yield Thing(line, name, owner, "class", doc)
                yield from find_below(child, name)
            case ast.FunctionDef(decorator_list=[ast.Name("overload")]):
                pass  # the function itself says it
            case ast.FunctionDef(name=name, lineno=line):
                doc = ast.get_docstring(child, clean=False)
                yield Thing(line, name, owner, "function", doc)
            case ast.AnnAssign(target=ast.Name(id=name), lineno=line):
                kind = "field" if owner else "alias"
                yield Thing(line, name, owner, kind, read_string(following))


def read_string(node: ast.stmt | None) -> str | None:
    """Return the text of a statement that is nothing but a string."""
    match node:
        case ast.Expr(value=ast.Constant(value=str(text))):
            return text
    return None


def is_public(thing: Thing) -> bool:
    """Check whether *thing* is public, that is, without a leading underscore."""
    return not thing.name.startswith("_") and not thing.owner.startswith("_")


def list_faults(things: Iterable[Thing]) -> str:
    """List the places of the faults, one a line."""
    return "\n".join(map(str, things))


THINGS = {path: find_things(path) for path in FILES}
DOCUMENTED = {
    path: [thing for thing in things if thing.doc is not None]
    for path, things in THINGS.items()
}
files = pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
public_files = pytest.mark.parametrize(
    "path", PUBLIC_FILES, ids=lambda p: str(p.relative_to(ROOT))
)


@files
def test_every_file_says_what_it_is_for(path):
    """So does every private file, for the sake of its maintainers."""
    assert THINGS[path][0].doc


@files
def test_every_class_and_function_has_a_docstring(path):
    """Whatever has no leading underscore says what it does."""
    silent = (
        thing
        for thing in THINGS[path]
        if thing.kind in {"class", "function"} and is_public(thing) and not thing.doc
    )

    assert not list_faults(silent)


@public_files
def test_every_field_and_alias_has_a_docstring(path):
    """The text stands right under the field, and not in the class's docstring."""
    silent = (
        thing
        for thing in THINGS[path]
        if thing.kind in {"field", "alias"} and is_public(thing) and not thing.doc
        if not (thing.owner in EVENTS and thing.name in EXPLAINED_ONCE)
    )

    assert not list_faults(silent)


def test_event_id_and_type_are_explained_once():
    """No event explains what all of them have, and its package's docstring does."""
    docs = [THINGS[ROOT / path / "__init__.py"][0].doc for path in EXPLAINING]
    again = [
        thing
        for things in THINGS.values()
        for thing in things
        if thing.owner in EVENTS and thing.name in EXPLAINED_ONCE and thing.doc
    ]

    assert not list_faults(again)
    assert all(f"``{name}``" in doc for doc in docs for name in EXPLAINED_ONCE)


@files
def test_the_first_line_is_one_sentence(path):
    """It begins with a capital, ends with a period, and has none in between."""
    wrong = (
        thing
        for thing in DOCUMENTED[path]
        if not re.fullmatch(
            r"[A-Z`*\d](?:[^.!?]|[.!?](?![\"'`)]*\s+[A-Z`*]))*\.",
            thing.doc.partition("\n")[0],
        )
    )

    assert not list_faults(wrong)


@files
def test_a_longer_docstring_sets_its_first_line_off(path):
    """An empty line follows the first one."""
    wrong = (
        thing for thing in DOCUMENTED[path] if re.match(r".+\n *[^ \n]", thing.doc)
    )

    assert not list_faults(wrong)


@files
def test_a_docstring_ends_with_a_period_or_with_code(path):
    """No docstring breaks off."""
    wrong = (
        thing
        for thing in DOCUMENTED[path]
        for last in [inspect.cleandoc(thing.doc).splitlines()[-1]]
        if not last.endswith(".") and not last.startswith("    ")
    )

    assert not list_faults(wrong)


@files
def test_no_line_is_too_long(path):
    """Everything fits into a window of 88 characters."""
    lines = path.read_text().splitlines()

    assert not [n for n, line in enumerate(lines, 1) if len(line) > MAX_LINE]


@files
def test_no_docstring_only_repeats_the_name(path):
    """``item_id`` is not "the item id", nor "id of the item"."""
    wrong = (
        thing
        for thing in DOCUMENTED[path]
        if thing.kind != "module"
        for words in [re.findall(r"[a-z0-9]+", thing.doc.lower())]
        if "".join(word for word in words if word not in EMPTY_WORDS)
        in {thing.name.lower().replace("_", ""), ""}
    )

    assert not list_faults(wrong)


@files
def test_the_fields_of_a_class_say_different_things(path):
    """Two fields with one docstring have one docstring too few."""
    counts = Counter(
        (thing.owner, thing.doc) for thing in DOCUMENTED[path] if thing.kind == "field"
    )

    assert not [key for key, count in counts.items() if count > 1]


def test_classes_say_different_things():
    """No two classes of the schema have the same docstring."""
    counts = Counter(
        thing.doc
        for path in PUBLIC_FILES
        if "schema" in path.parts
        for thing in DOCUMENTED[path]
        if thing.kind == "class"
    )

    assert not [doc for doc, count in counts.items() if count > 1]
