"""Instances share no dict or list with the data they came from, or go out as."""

import copy
from typing import Any

import pytest
from hypothesis import given

from rtmodels import (
    RealtimeClientEvent,
    RealtimeFunctionTool,
    RealtimeResponse,
    RealtimeServerEvent,
    Unknown,
    make_converter,
)
from rtmodels.adapters import DictAdapter, JsonAdapter

from ..strategies import EACH, MODELS, damaged, values
from .places import MODES

TYPES = {
    "server": RealtimeServerEvent,
    "client": RealtimeClientEvent,
    "Unknown": Unknown,
    **{cls.__name__: cls for cls in MODELS[::8]},
}


def spoil(data: Any) -> None:
    """Change every dict and list in *data*."""
    match data:
        case dict():
            for item in data.values():
                spoil(item)
            data["spoiled"] = True
        case list():
            for item in data:
                spoil(item)
            data.append("spoiled")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", TYPES)
def test_later_changes_of_the_data_do_not_reach_the_instance(name, mode):
    """Neither those of the input nor those of the output, in any mode."""
    type_ = TYPES[name]
    adapter = DictAdapter(type_, mode=mode)
    payloads = values(type_).map(DictAdapter(type_).encode)

    @EACH
    @given(payloads | damaged(payloads))
    def check(payload):
        before = copy.deepcopy(payload)
        try:
            instance = adapter.decode(payload)
        except ValueError:
            return
        spoil(payload)
        spoil(adapter.encode(instance))

        assert adapter.encode(instance) == before

    check()


def test_an_unknown_keeps_its_own_payload():
    """Its ``type`` and its payload stay in agreement when a caller reuses a dict."""
    frame = {"type": "new.event", "a": {"b": [1]}}
    event = DictAdapter(RealtimeServerEvent).decode(frame)
    frame["type"] = "other"
    frame["a"]["b"].append(2)

    assert event == Unknown(
        tag="new.event", payload={"type": "new.event", "a": {"b": [1]}}
    )


def read_with(**options):
    """Make a function that reads a response from what a user's parser keeps."""

    def read(frame):
        adapter = JsonAdapter(RealtimeResponse, loads=lambda _: frame, **options)
        return adapter.decode(b"{}")

    return read


@pytest.mark.parametrize(
    "read",
    [
        make_converter().get_structure_hook(RealtimeResponse),
        DictAdapter(RealtimeResponse).decode,
        read_with(),
        read_with(converter=make_converter()),
    ],
    ids=["converter", "DictAdapter", "loads", "loads and converter"],
)
def test_every_way_in_for_objects_copies(read):
    """A user-defined parser may keep what it returns, too."""
    frame = {"new": {"a": [1]}}
    response = read(frame)
    frame["new"]["a"].append(2)

    assert response.extra == {"new": {"a": [1]}}


def test_what_has_no_version_is_copied_too():
    """An unknown event is kept whole, by an adapter that upgrades as well."""
    adapter = DictAdapter(RealtimeServerEvent, upgrade=True)
    frame = {"type": "karaoke", "songs": ["a"]}
    event = adapter.decode(frame)
    frame["songs"].append("b")

    assert event.payload["songs"] == ["a"]


@pytest.mark.parametrize("kind", [dict, type("Frame", (dict,), {})])
def test_subclasses_become_plain_dicts(kind):
    """The copy consists of built-in classes, whatever the input was."""
    inner = kind(b=[1])
    tool = DictAdapter(RealtimeFunctionTool).decode(
        {"name": "f", "parameters": inner, "new": inner}
    )
    response = DictAdapter(RealtimeResponse).decode(kind(id="r", new=inner))
    found = [tool.parameters, tool.extra["new"], response.extra["new"]]

    assert found == [{"b": [1]}] * 3
    assert all(type(each) is dict and each is not inner for each in found)
