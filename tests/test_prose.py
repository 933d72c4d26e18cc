"""Docs, docstrings and comments avoid the phrases that readers stumble over."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent

BANNED = (
    "all the same",
    "anybody",
    "give way",
    "gives way",
    "go on",
    "goes on",
    "in no time",
    "its like",
    "nobody",
    "of ours",
    "of the user's",
    "of theirs",
    "put up with",
    "somebody",
    "their like",
    "what it takes",
    "what stands there",
    "whatever comes",
    "whoever",
)
OPENINGS = ("Give", "Let", "Make it so", "Say", "Tell")
"""A docstring begins with another verb, such as *Return*, *Check* or *Build*."""

PLACES = {
    "docs": (
        "README.md",
        "SECURITY.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "docs/**/*.md",
        "examples/**/*.md",
    ),
    "rtmodels": ("rtmodels/**/*.py",),
    "adapters": ("adapters/**/*.py",),
    "benchmarks": ("benchmarks/**/*.py",),
    "examples": ("examples/**/*.py",),
    "release": ("release/**/*.py",),
    "tests": ("tests/**/*.py",),
}


class Text(NamedTuple):
    """A piece of prose: a document, a docstring or a block of comments."""

    line: int
    text: str
    is_docstring: bool = False


def any_of(phrases: tuple[str, ...]) -> str:
    """Return a pattern for *phrases*, whose words may be on different lines."""
    patterns = (r"\s+".join(map(re.escape, phrase.split())) for phrase in phrases)
    return rf"\b(?:{'|'.join(patterns)})\b"


WORDS = re.compile(any_of(BANNED), re.IGNORECASE)
OPENING = re.compile(rf'\w*"+\s*({any_of(OPENINGS)})')


def find_files(place: str) -> list[Path]:
    """Return the files of *place*; the schema's docstrings have rules of their own."""
    found = {path for pattern in PLACES[place] for path in ROOT.glob(pattern)}
    schema = ROOT / "rtmodels" / "schema"

    return sorted(path for path in found if schema not in path.parents)


def find_texts(path: Path) -> Iterator[Text]:
    """Yield the prose in *path*; strings that a program uses are not prose."""
    source = path.read_text()
    if path.suffix != ".py":
        yield Text(1, source)
        return

    lines = source.splitlines(keepends=True)
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Expr(
                value=ast.Constant(value=str()), lineno=first, end_lineno=last
            ):
                text = "".join(lines[first - 1 : last]).lstrip()
                yield Text(first, text, is_docstring=True)

    yield from find_comments(source)


def find_comments(source: str) -> Iterator[Text]:
    """Yield the comments in *source*, those on adjacent lines as one text."""
    block: list[str] = []
    last = 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT:
            continue

        line = token.start[0]
        if block and line > last + 1:
            yield Text(last - len(block) + 1, "\n".join(block))
            block = []

        # A phrase that continues on the next line has no "#" between its words.
        block.append(token.string.lstrip("#"))
        last = line

    if block:
        yield Text(last - len(block) + 1, "\n".join(block))


def list_faults(path: Path, name: str) -> Iterator[str]:
    """Yield the place of each banned phrase in *path*, which is reported as *name*."""
    for text in find_texts(path):
        for found in WORDS.finditer(text.text):
            line = text.line + text.text.count("\n", 0, found.start())
            yield f'{name}:{line}: "{" ".join(found[0].split())}"'

        if text.is_docstring and (opening := OPENING.match(text.text)):
            yield f'{name}:{text.line}: the docstring begins with "{opening[1]}"'


@pytest.mark.parametrize("place", PLACES)
def test_banned_phrases_are_absent(place):
    """Every phrase has a plainer replacement, and the failure names each place."""
    faults = [
        fault
        for path in find_files(place)
        for fault in list_faults(path, str(path.relative_to(ROOT)))
    ]

    assert not faults, "\n" + "\n".join(faults)


def test_code_is_searched_in_docstrings_and_comments(tmp_path):
    """A phrase is found across line ends, and not in the strings of a program."""
    path = tmp_path / "example.py"
    path.write_text(
        '"""Say nothing.\n'
        "\n"
        "It is for whoever\n"
        'reads it.\n"""\n'
        "\n"
        'X = "nobody"  # for nobody\n'
        '"""A name of\nours."""\n'
        "\n"
        "# It has to go\n"
        "# on for a while.\n"
    )

    assert list(list_faults(path, "x")) == [
        'x:3: "whoever"',
        'x:1: the docstring begins with "Say"',
        'x:8: "of ours"',
        'x:7: "nobody"',
        'x:11: "go on"',
    ]


def test_documents_are_searched_as_a_whole(tmp_path):
    """Capital letters make no difference, and parts of words do not count."""
    path = tmp_path / "example.md"
    path.write_text("# Title\n\nNobody's cargo once\nwas of oursin. All\nthe same.\n")

    assert list(list_faults(path, "x")) == ['x:3: "Nobody"', 'x:4: "All the same"']
