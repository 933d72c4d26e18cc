"""What is deprecated says so in one form of words, and goes on the day it names."""

import ast
import re
import subprocess
import sys
from datetime import UTC, date, datetime
from importlib.metadata import requires
from typing import NamedTuple

import pytest

import rtmodels
from rtmodels._deprecation import deprecated, rename_parameter

from api.sources import load

FORM = re.compile(
    r"(?P<name>\S+) is deprecated since (?P<since>\d+\.\d+), use (?P<use>\S.*);"
    r" it goes on (?P<goes>\d{4}-\d\d-\d\d)"
)
MESSAGE = "{} is deprecated since 0.2, use {}; it goes on 2027-06-01"


class Deprecation(NamedTuple):
    """One thing that is to go."""

    name: str
    goes: date


def read_message(message):
    """Read what a decorator says."""
    match = FORM.fullmatch(message)
    if match is None:
        raise ValueError(f"not in the form of rtmodels/_deprecation.py: {message}")
    return Deprecation(match["name"], date.fromisoformat(match["goes"]))


def find_deprecations(tree):
    """Yield what *tree* marks, whether by a decorator or in a table."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name("deprecated"), args=[message, *_]):
                yield read_message(ast.literal_eval(message))
            case ast.Call(func=ast.Name("rename_parameter"), args=args, keywords=rest):
                given = {each.arg: ast.literal_eval(each.value) for each in rest}
                name = ast.literal_eval(args[0])
                yield Deprecation(f"{name}=", date.fromisoformat(given["goes"]))
            case ast.AnnAssign(target=ast.Name("_RENAMED"), value=table):
                for name, (_, _, goes) in ast.literal_eval(table).items():
                    yield Deprecation(name, date.fromisoformat(goes))


def find_overdue(trees, today):
    """List what should have gone by *today*."""
    found = [each for tree in trees for each in find_deprecations(tree)]
    return [f"{name}, on {goes}" for name, goes in found if goes <= today]


def test_nothing_is_overdue():
    """What was to go by today is gone; otherwise take it out, or name another day."""
    trees = [source.tree for source in load().values()]

    assert not find_overdue(trees, datetime.now(UTC).date())


OVERDUE = """
@deprecated("make_x is deprecated since 0.2, use make_y; it goes on 2027-06-01")
def make_x(): ...

class Point:
    @deprecated("Point.z is deprecated since 0.3, use Point.y; it goes on 2027-06-02")
    def z(self): ...

@rename_parameter("size", "limit", since="0.2", goes="2027-06-01")
def cut(*, limit): ...

_RENAMED: dict[str, tuple[str, str, str]] = {"Old": ("New", "0.2", "2027-06-01")}
"""


def test_what_is_overdue_is_found_however_it_is_marked():
    """The day itself counts, and the day before does not."""
    tree = ast.parse(OVERDUE)

    assert not find_overdue([tree], date(2027, 5, 31))
    assert sorted(find_overdue([tree], date(2027, 6, 1))) == [
        "Old, on 2027-06-01",
        "make_x, on 2027-06-01",
        "size=, on 2027-06-01",
    ]
    assert len(find_overdue([tree], date(2027, 6, 2))) == 4


@pytest.mark.parametrize(
    "message",
    [
        "make_x is deprecated",
        "make_x is deprecated since 0.2; it goes on 2027-06-01",
        "make_x is deprecated since 0.2, use make_y; it goes on 2027-13-01",
        "make_x is deprecated since 0.2, use make_y; it goes soon",
    ],
)
def test_another_form_of_words_is_refused(message):
    """A message names the version, what to use, and a day that exists."""
    tree = ast.parse(f"@deprecated({message!r})\ndef make_x(): ...")

    with pytest.raises(ValueError, match=r"form|month"):
        list(find_deprecations(tree))


@deprecated("make_x is deprecated since 0.2, use make_y; it goes on 2027-06-01")
def make_x():
    """Do as it always did."""
    return 1


@deprecated("Old is deprecated since 0.2, use New; it goes on 2027-06-01")
class Old:
    """A class with another name."""


class New:
    """A class of which something goes."""

    @deprecated("New.get is deprecated since 0.2, use New.read; it goes on 2027-06-01")
    def get(self):
        """Read."""
        return 1

    @rename_parameter("size", "limit", since="0.2", goes="2027-06-01")
    def __init__(self, *, limit=5):
        self.limit = limit


@rename_parameter("size", "limit", since="0.2", goes="2027-06-01")
def cut(text, *, limit=5):
    """Cut *text*."""
    return text[:limit]


@pytest.mark.parametrize(
    ("use", "old", "new"),
    [
        (make_x, "make_x", "make_y"),
        (Old, "Old", "New"),
        (lambda: New().get(), "New.get", "New.read"),
        (lambda: cut("text", size=2), "cut(size=)", "limit="),
        (lambda: New(size=2), "New(size=)", "limit="),
    ],
)
def test_a_use_warns(use, old, new):
    """The warning has the same form wherever it comes from, and names the caller."""
    with pytest.warns(DeprecationWarning, match=f"use {new}") as caught:
        use()

    (warning,) = caught
    assert str(warning.message) == MESSAGE.format(old, new)
    assert FORM.fullmatch(str(warning.message))
    assert warning.filename == __file__


def test_a_renamed_parameter_means_the_new_one():
    """The old name does what the new one does; who uses that hears nothing."""
    with pytest.warns(DeprecationWarning, match="use limit="):
        assert cut("text", size=2) == "te"

    assert cut("text", limit=2) == "te"
    assert cut("text and more") == "text "
    assert cut.__doc__ == "Cut *text*."


def test_a_renamed_parameter_is_given_once():
    """With both names nobody could say which counts."""
    with pytest.raises(TypeError, match=r"cut\(\) got limit= twice, once as size="):
        cut("text", size=2, limit=3)


@pytest.fixture
def renamed(monkeypatch):
    """Have an old name for a class."""
    table = {"RealtimeTurn": ("RealtimeResponse", "0.2", "2027-06-01")}
    monkeypatch.setattr(rtmodels, "_RENAMED", table)


@pytest.mark.usefixtures("renamed")
def test_an_old_name_of_the_package_is_the_new_one():
    """It is the same object, and whoever asks is told each time."""
    message = MESSAGE.format("rtmodels.RealtimeTurn", "RealtimeResponse")

    for _ in range(2):
        with pytest.warns(DeprecationWarning, match="rtmodels") as caught:
            assert rtmodels.RealtimeTurn is rtmodels.RealtimeResponse

        (warning,) = caught
        assert str(warning.message) == message
        assert warning.filename == __file__


@pytest.mark.usefixtures("renamed")
def test_an_old_name_can_be_imported():
    """An import warns as well."""
    with pytest.warns(DeprecationWarning, match="use RealtimeResponse") as caught:
        from rtmodels import RealtimeTurn  # noqa: PLC0415

    assert RealtimeTurn is rtmodels.RealtimeResponse
    assert {warning.filename for warning in caught} == {__file__}


@pytest.mark.usefixtures("renamed")
def test_an_old_name_is_not_listed():
    """Nobody finds it who does not know it, and a star import does not warn."""
    assert "RealtimeTurn" not in dir(rtmodels)
    assert "RealtimeTurn" not in rtmodels.__all__


def test_nothing_is_loaded_for_it_until_something_is_deprecated():
    """Names that are not renamed cost nothing more."""
    code = (
        "import sys, rtmodels; rtmodels.RealtimeServerEvent;"
        " print('rtmodels._deprecation' in sys.modules)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )

    assert result.stdout.strip() == "False"


def test_the_decorator_is_there_on_every_python():
    """Before Python 3.13 it is in typing-extensions, which cattrs depends on."""
    needed = [line for line in requires("cattrs") if "extra ==" not in line]

    assert any(re.match(r"typing-extensions\b(?!.*;)", line) for line in needed)
