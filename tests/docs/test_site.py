"""The site has every public name, and its links lead somewhere."""

from collections import Counter
from types import UnionType
from typing import get_args

import attrs
import pytest

import rtmodels
import rtmodels.adapters
from rtmodels.schema._upstream import make_types

from ..tools.api.listing import find_public

UNIONS = [
    name for name in rtmodels.__all__ if isinstance(getattr(rtmodels, name), UnionType)
]

CLASSES = [
    cls
    for cls in map(vars(rtmodels).get, rtmodels.__all__)
    if isinstance(cls, type) and issubclass(cls, rtmodels.Model)
]


@pytest.fixture(scope="session")
def entries(site):
    """Return how often each name has an entry in the reference."""
    return Counter(name for page in site.pages.values() for name in page.entries)


def full_name(module, name):
    """Return a public name with the module that users import it from."""
    if name in rtmodels.__all__:
        return f"rtmodels.{name}"
    if name in rtmodels.adapters.__all__:
        return f"rtmodels.adapters.{name}"
    return f"{module}.{name}"


def test_every_public_name_has_one_entry(entries):
    """No name is left out, and none is described twice."""
    public = {
        full_name(module, name)
        for module, names in find_public().items()
        for name in names
    }

    assert {name: entries[name] for name in public} == dict.fromkeys(public, 1)


def test_every_field_has_one_entry(entries):
    """The entry of a class has its own fields; `extra` is described with `Model`."""
    fields = {
        f"rtmodels.{cls.__name__}.{field.name}"
        for cls in CLASSES
        for field in attrs.fields(cls)
        if field.name != "extra"
    }

    assert {name: entries[name] for name in fields} == dict.fromkeys(fields, 1)


def test_every_link_leads_somewhere(site):
    """The pages and the places in them that links name are there."""
    broken = {
        str(page.path.relative_to(site.folder)): site.find_broken(page)
        for page in site.pages.values()
    }

    assert {name: links for name, links in broken.items() if links} == {}


@pytest.mark.parametrize("name", UNIONS)
def test_a_union_links_to_its_members(site, name):
    """The entry of a union lists all its classes."""
    (page,) = [p for p in site.pages.values() if f"rtmodels.{name}" in p.entries]
    linked = {link.partition("#")[2] for link in page.entries[f"rtmodels.{name}"]}
    names = {cls.__name__ for cls in get_args(getattr(rtmodels, name))}
    members = {f"rtmodels.{cls}" for cls in names & {*rtmodels.__all__}}

    assert members <= linked


def test_the_types_on_the_wire_are_complete(site):
    """The list has every type that `find` knows, with a link to the class."""
    page = site.page("reference/wire-types.html")
    text = page.path.read_text("utf-8")
    linked = {link.partition("#")[2] for link in page.links}

    types = make_types()
    assert [wire_type for wire_type in types if f">{wire_type}</" not in text] == []
    assert {f"rtmodels.{cls.__name__}" for cls in types.values()} <= linked


def test_the_search_finds_an_event_by_its_type(site):
    """The whole type on the wire leads to the page of its class first."""
    index = site.search_index()
    found = index["indexentries"]["response.output_audio.delta"]

    ((number, _, is_main),) = found
    assert index["docnames"][number] == "reference/events/response"
    assert is_main


def test_every_type_can_be_searched_for(site):
    """All types on the wire are in the index of the site."""
    assert make_types().keys() <= site.search_index()["indexentries"].keys()


def test_signatures_have_the_names_of_aliases(site):
    """A signature shows ``Mode``, and neither what that stands for nor modules."""
    signatures = [s for page in site.pages.values() for s in page.signatures]

    assert any("mode: Mode | None = None" in signature for signature in signatures)
    assert [s for s in signatures if "rtmodels.schema" in s] == []


def test_the_help_of_each_command_is_shown(site):
    """The page of the commands has what they print."""
    text = site.page("reference/commands.html").path.read_text("utf-8")

    for name in ("check", "convert", "schema", "stats"):
        assert f"Usage: rtmodels {name}" in text
