"""The catalogue of error messages quotes what the package raises, and all of it."""

import ast
import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from rtmodels import errors

from .messages import Calls, commands, core, libraries
from .paths import ROOT

CATALOGUE = (ROOT / "docs" / "error-messages.md").read_text()
ENTRIES = [
    entry.replace(r"\|", "|")
    for entry in re.findall(r"^\| `(.*?)` \|", CATALOGUE, re.MULTILINE)
]

CALLS: list[tuple[set[str], Calls]] = [
    (set(), core.CORE),
    ({"msgpack"}, libraries.MSGPACK),
    ({"msgpack", "websockets"}, libraries.TRANSLATION),
    ({"starlette"}, libraries.STARLETTE),
    ({"openai"}, libraries.OPENAI),
    ({"pydantic"}, libraries.PYDANTIC),
    ({"msgspec"}, libraries.MSGSPEC),
    ({"kombu", "msgpack"}, libraries.KOMBU),
    ({"faststream"}, libraries.FASTSTREAM),
    ({"arrow"}, libraries.ARROW),
    ({"testing"}, libraries.TESTING),
    ({"cli"}, commands.CHECK),
    ({"arrow", "cli"}, commands.ARCHIVES),
    ({"arrow", "cli", "plot"}, commands.PLOT),
]

FILES = [*ROOT.glob("rtmodels/**/*.py"), *ROOT.glob("adapters/**/*.py")]
ERRORS = {
    "FileExistsError",
    "BlockingIOError",
    "FileNotFoundError",
    "HintError",
    "KeyError",
    "NotImplementedError",
    "OverflowError",
    "PicklingError",
    "RuntimeError",
    "TimeoutError",
    "TypeError",
    "ValueError",
    # The arguments of `MissingDependencyError` are names.
    *(set(errors.__all__) - {"MissingDependencyError"}),
}
REPORTS = {"Damage", "Hint", "_fail", "give_up", "report"}
"""The functions and classes whose argument becomes a message."""

INTERNAL = {
    "not bytes or text: …": "replaced by the first error of the parser",
    "… is not JSON": "the text of a constant, inside other messages",
    "unexpected end of file": "the end of `not MessagePack maps`",
    "unused bits in the last character are set": "replaced by an issue",
    "neither a key nor an index: …": "the end of an issue, as of any hook",
    "not a JSON value: …": "the end of an issue, as of any hook",
    "repeat() needs a step that waits, such as expect()": "inside another message",
    "they have the pages of only … rows": "the end of `rows … are damaged`",
    "…: damaged": "a run starts over, and says so",
    "the file is shorter than when it was last read": (
        "only if a file changes while a run begins"
    ),
    "expected an event that the GA can hold, got …": (
        "a safeguard: no event is known that needs it"
    ),
}
"""Messages that are in the source and that users do not meet, with the reason."""


def to_pattern(text: str) -> re.Pattern[str]:
    """Return the pattern of an entry, or of a message with holes.

    What stands before a message, up to a colon or full stop, is its place.
    """
    words = ".*".join(map(re.escape, text.split("…")))
    return re.compile(f"(?:.*[:.] )?{words}", re.DOTALL)


def is_listed(template: str) -> bool:
    """Check whether an entry is of the message that *template* makes."""
    pattern = to_pattern(template)
    return any(
        to_pattern(entry).fullmatch(template) or pattern.fullmatch(entry)
        for entry in ENTRIES
    )


def make_params() -> Iterator[Any]:
    """Yield each entry with its call, marked with the extras that it needs."""
    for extras, calls in CALLS:
        for entry, call in calls.items():
            marks = [pytest.mark.needs(*extras)] if extras else []
            yield pytest.param(entry, call, marks=marks, id=entry)


@pytest.mark.parametrize(("entry", "call"), [*make_params()])
def test_a_call_raises_what_its_entry_says(entry, call):
    """The text of the error, or a line of it, is the entry."""
    try:
        text = call()
    except Exception as exc:  # noqa: BLE001 - the text is what matters
        text = exc.args[0] if isinstance(exc, KeyError) else exc

    lines = [str(text), *str(text).splitlines()]
    assert any(map(to_pattern(entry).fullmatch, lines)), text


def test_each_entry_has_one_call():
    """No entry is without a call, and no call without an entry."""
    called = [entry for _, calls in CALLS for entry in calls]

    assert sorted(called) == sorted(ENTRIES)


def test_each_message_in_the_source_is_listed():
    """It has an entry, or a reason why users do not meet it."""
    found = {template: place for place, template in find_templates()}
    missing = {
        template: place
        for template, place in found.items()
        if template not in INTERNAL and not is_listed(template)
    }

    assert not missing
    assert not INTERNAL.keys() - found.keys()


def find_templates() -> Iterator[tuple[str, str]]:
    """Yield the messages in the source, each after its file and line."""
    for file in FILES:
        tree = ast.parse(file.read_text())
        for scope in ast.walk(tree):
            if isinstance(scope, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef):
                names = read_names(scope)
                for call in find_calls(scope):
                    place = f"{file.relative_to(ROOT)}:{call.lineno}"
                    for template in read_call(call, names):
                        # Some messages come as a whole from elsewhere.
                        if re.search(r"\w\w", template):
                            yield place, template


def find_calls(scope: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls in *scope*, without those of functions in it."""
    for node in ast.iter_child_nodes(scope):
        if isinstance(node, ast.Call):
            yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from find_calls(node)


def read_names(scope: ast.AST) -> dict[str, list[str]]:
    """Return the texts that are assigned to each name in *scope*."""
    names: dict[str, list[str]] = {}
    for node in ast.walk(scope):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            texts = names.setdefault(node.targets[0].id, [])
            texts += read_texts(node.value, {})
    return names


def read_call(call: ast.Call, names: dict[str, list[str]]) -> Iterator[str]:
    """Yield the messages that *call* makes."""
    name = ast.unparse(call.func).rpartition(".")[2]
    if name == "Issue" or (name == "add" and len(call.args) == 3):
        expected, got = (read_texts(arg, names) or ["…"] for arg in call.args[-2:])
        for pair in product(expected, got):
            if pair != ("…", "…"):
                yield "expected {}, got {}".format(*pair)

    elif name in ERRORS | REPORTS:
        for argument in call.args:
            yield from read_texts(argument, names)


def read_texts(node: ast.expr, names: dict[str, list[str]]) -> list[str]:
    """Return the texts that *node* may be, with an ellipsis for what varies."""
    match node:
        case ast.Constant(value=str() as text):
            return [text]
        case ast.JoinedStr(values=parts):
            return [
                "".join(
                    str(part.value) if isinstance(part, ast.Constant) else "…"
                    for part in parts
                )
            ]
        case ast.Name(id=name):
            return names.get(name, [])
        case ast.IfExp(body=body, orelse=orelse):
            return [*read_texts(body, names), *read_texts(orelse, names)]
    return []
