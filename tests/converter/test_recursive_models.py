"""User-defined models that are recursive, directly or through other models."""

from collections.abc import Mapping  # noqa: TC003 - attrs resolves it
from typing import Literal

import attrs
import orjson
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtmodels import EncodeError, Model, Unknown, ValidationError, json_schema
from rtmodels.adapters import DictAdapter, JsonAdapter, MsgpackAdapter
from rtmodels.adapters.arrow import ArrowAdapter

pytestmark = pytest.mark.needs("arrow")

ADAPTERS = [JsonAdapter, MsgpackAdapter, DictAdapter]


@attrs.frozen(kw_only=True)
class Node(Model):
    """A model that is recursive through every shape of a field."""

    left: "Node | None" = None
    children: "tuple[Node, ...] | None" = None
    named: "Mapping[str, Node] | None" = None
    size: int | None = None


@attrs.frozen(kw_only=True)
class Leaf(Model):
    """A tree that ends."""

    type: Literal["leaf"] = "leaf"
    size: int


@attrs.frozen(kw_only=True)
class Branch(Model):
    """A node of a tree of any depth."""

    type: Literal["branch"] = "branch"
    trees: "tuple[Branch | Leaf | Unknown, ...]"


@attrs.frozen(kw_only=True)
class Reply(Model):
    """A message, and the one that it answers, or only the name of that."""

    to: "str | Reply | None" = None


@attrs.frozen(kw_only=True)
class Chapter(Model):
    """A model that is recursive through `Section`, with a plain field beside it."""

    section: "Section | None" = None
    leaf: Leaf | None = None


@attrs.frozen(kw_only=True)
class Section(Model):
    """A model that is recursive through `Chapter`, with a plain field beside it."""

    chapter: "Chapter | None" = None
    leaf: Leaf | None = None


nodes = st.recursive(
    st.builds(Node, size=st.integers(0, 9)),
    lambda inner: st.builds(
        Node,
        left=st.none() | inner,
        children=st.none() | st.lists(inner, max_size=2).map(tuple),
        named=st.none() | st.dictionaries(st.text(max_size=2), inner, max_size=2),
    ),
    max_leaves=8,
)
trees = st.recursive(
    st.builds(Leaf, size=st.integers(0, 9)),
    lambda inner: st.builds(Branch, trees=st.lists(inner, max_size=3).map(tuple)),
    max_leaves=8,
)


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_they_come_back(adapter):
    """Through every adapter."""
    node_adapter, tree_adapter = adapter(Node), adapter(Branch | Leaf)

    @given(nodes, trees)
    def check(node, tree):
        assert node_adapter.decode(node_adapter.encode(node)) == node
        assert tree_adapter.decode(tree_adapter.encode(tree)) == tree

    check()


@pytest.mark.parametrize("adapter", ADAPTERS)
@pytest.mark.parametrize(
    "instance",
    [
        Reply(to=Reply(to=Reply(to="first"))),
        Chapter(section=Section(chapter=Chapter(leaf=Leaf(size=1)))),
        Section(chapter=Chapter(section=Section(leaf=Leaf(size=1)))),
    ],
    ids=["beside text", "by another", "the other"],
)
def test_it_is_found_out_wherever_their_like_is(adapter, instance):
    """Functions for such classes call themselves: in line there would be no end."""
    both_ways = adapter(type(instance))

    assert both_ways.decode(both_ways.encode(instance)) == instance


@pytest.mark.parametrize("mode", ["strict", "tolerant"])
def test_what_is_wrong_has_its_path(mode):
    """However deep it is, and everything at once."""
    wire = {"left": {"left": {"size": "x"}}, "children": [{}, {"named": {"a": 5}}]}

    with pytest.raises(ValidationError) as caught:
        DictAdapter(Node, mode=mode).decode(wire)

    assert sorted(issue.path for issue in caught.value.issues) == [
        "$.children[1].named.a",
        "$.left.left.size",
    ]


def test_forgiving_mode_falls_back_at_the_nearest_union():
    """A wrong tree becomes `Unknown`; those around it stay."""
    wire = {
        "type": "branch",
        "trees": [{"type": "leaf", "size": 1}, {"type": "leaf", "size": "x"}],
    }

    tree = DictAdapter(Branch, mode="forgiving").decode(wire)

    assert tree.trees == (Leaf(size=1), Unknown(tag="leaf", payload=wire["trees"][1]))


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_there_is_an_end_to_depth(adapter):
    """Data too deep for the stack raises `EncodeError` or `ValidationError`."""
    node = Node()
    wire = {}
    for _ in range(2_000):
        node, wire = Node(left=node), {"left": wire}

    with pytest.raises(EncodeError):
        adapter(Node).encode(node)
    with pytest.raises(ValidationError, match="expected less nesting, got too many"):
        DictAdapter(Node).decode(wire)


def test_a_schema_refers_to_itself():
    """JSON Schema has a word for that."""
    left = json_schema(Node)["properties"]["left"]

    assert {"$ref": "#/$defs/Node"} in left["anyOf"]


@pytest.mark.parametrize(
    ("cls", "message"),
    [
        (Node, b'{"children":[{"children":[{"size":1}]}]}'),
        (Reply, b'{"to":{"to":"first"}}'),
        (Chapter, b'{"section":{"chapter":{}}}'),
    ],
)
def test_arrow_has_text_instead(cls, message):
    """A struct cannot hold itself, so there is one column, of JSON text."""
    adapter = ArrowAdapter(cls)

    batch = adapter.decode([message])

    assert batch.schema.field("value").type == pa.string()
    assert orjson.loads(adapter.encode(batch)[0].as_py()) == orjson.loads(message)
