"""The public names and signatures are those on record: a change is a decision."""

import ast
import inspect
import re

import attrs
import pytest

import rtmodels

from .tools.api.listing import compare, make
from .tools.api.signatures import describe
from .tools.api.sources import Source

MEANT = """
If that is meant, `python -m tests.tools.api --write` records it. Tell users in
CHANGELOG.md; docs/upgrading.md says what has to be deprecated first.
"""

CLASS_LINE = r"(@.+ )?class (?P<name>\w+)(\([^:]*\))?(: (?P<fields>.*))?"

EXAMPLE = """
@frozen
class Point(Base):
    x: "int" = 0
    y: Literal["a"] = field(default="a", repr=str)
    _hidden: int = 1

    def __init__(self, size: int, *, name: str = "p") -> None:
        self.size = size
        self.name: str = name
        self._rest = name

    @property
    def area(self) -> float: ...

    @classmethod
    def make(cls, *sizes: int) -> "Point": ...

    async def wait(self) -> None: ...

    def _skip(self) -> None: ...

    def __repr__(self) -> str: ...


class Base:
    kind = "base"

    def wait(self) -> int: ...

    def go(self, x: int, /) -> None: ...


@overload
def find(x: int) -> int: ...
@overload
@deprecated("find(str) is old")
def find(x: str) -> str: ...
def find(x): ...


Word: TypeAlias = "Literal['a'] | str"
LIMIT = 5
"""


def describe_example(name):
    """Describe one name of the example."""
    tree = ast.parse(EXAMPLE)
    for node in tree.body:
        target = getattr(node, "target", getattr(node, "targets", [None])[0])
        if getattr(node, "name", getattr(target, "id", None)) == name:
            return list(describe(name, Source("example", tree), node))
    raise LookupError(name)


def test_the_public_names_are_those_on_record():
    """No name, signature, field or alias changes by accident."""
    difference = compare()

    assert not difference, f"\n{difference}{MEANT}"


def test_a_class_is_listed_with_all_that_it_has():
    """Fields stand in its line, other members and inherited ones in lines below."""
    assert describe_example("Point") == [
        "@frozen class Point(Base): x: int = 0; y: Literal['a'] = 'a'",
        "Point.__init__(size: int, *, name: str='p') -> None",
        "property Point.area: float",
        "Point.go(x: int, /) -> None",
        "Point.kind = 'base'",
        "@classmethod Point.make(*sizes: int) -> Point",
        "Point.name: str",
        "Point.size: int",
        "async Point.wait() -> None",
    ]


def test_a_function_is_listed_with_all_its_overloads():
    """The implementation is not listed, and a deprecated overload is marked."""
    assert describe_example("find") == [
        "find(x: int) -> int",
        "@deprecated('find(str) is old') find(x: str) -> str",
    ]


@pytest.mark.parametrize(
    ("name", "line"),
    [("Word", "type Word = Literal['a'] | str"), ("LIMIT", "LIMIT = 5")],
)
def test_aliases_and_constants_are_listed_with_what_they_stand_for(name, line):
    """An alias that accepts more, or less, is another type."""
    assert describe_example(name) == [line]


LINES = make().splitlines()
FIELDS = {
    match["name"]: match["fields"] or ""
    for match in map(re.compile(CLASS_LINE).fullmatch, LINES)
    if match
}
FUNCTIONS = [n for n in rtmodels.__all__ if inspect.isfunction(getattr(rtmodels, n))]
CLASSES = [n for n in rtmodels.__all__ if attrs.has(getattr(rtmodels, n))]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_are_listed_as_python_sees_them(name):
    """Reading the source finds the same parameters as asking the function."""
    parameters = inspect.signature(getattr(rtmodels, name)).parameters
    listed = [line for line in LINES if line.startswith(f"{name}(")]
    functions = [ast.parse(f"def {line}: ...").body[0] for line in listed]

    assert functions
    for function in functions:
        args = [*function.args.args, *function.args.kwonlyargs]
        assert [each.arg for each in args] == list(parameters)


@pytest.mark.parametrize("name", CLASSES)
def test_classes_are_listed_as_attrs_sees_them(name):
    """Reading the source finds the same fields as asking the class."""
    fields = attrs.fields(getattr(rtmodels, name))
    listed = [
        node.target.id
        for node in ast.parse(FIELDS[name]).body
        if not ast.unparse(node.annotation).startswith("ClassVar")
    ]

    assert listed == [field.name for field in fields if not field.inherited]
