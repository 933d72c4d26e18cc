"""The class of a type on the wire."""

from typing import get_args

import attrs
import pytest

from rtmodels import (
    RealtimeBetaServerEvent,
    RealtimeClientEvent,
    RealtimeServerEvent,
    RealtimeTranslationServerEvent,
    ResponseDoneEvent,
    Unknown,
    VoiceLiveClientEvent,
    VoiceLiveServerEvent,
    find,
)

GA = {*get_args(RealtimeServerEvent), *get_args(RealtimeClientEvent)} - {Unknown}
ELSEWHERE = {
    *get_args(RealtimeBetaServerEvent),
    *get_args(RealtimeTranslationServerEvent),
    *get_args(VoiceLiveServerEvent),
    *get_args(VoiceLiveClientEvent),
} - {Unknown}


def type_of(cls):
    """Return what *cls* has as ``type`` on the wire."""
    return attrs.fields(cls).type.default


@pytest.mark.parametrize("cls", sorted(GA, key=type_of))
def test_each_event_is_found(cls):
    """The GA's class counts, where the beta has the same type."""
    assert find(type_of(cls)) is cls


@pytest.mark.parametrize(
    "cls",
    sorted(
        (cls for cls in ELSEWHERE if type_of(cls) not in map(type_of, GA)), key=type_of
    ),
)
def test_events_of_other_protocols_are_found(cls):
    """If the GA has no event of that type."""
    assert type_of(find(type_of(cls))) == type_of(cls)
    assert find(type_of(cls)) in ELSEWHERE


def test_a_misspelled_type_gets_suggestions():
    """The message has what was probably meant."""
    with pytest.raises(KeyError, match=r"no event has the type 'response.dun'.*near"):
        find("response.dun")
    with pytest.raises(KeyError, match=r"response\.done") as caught:
        find("response.don")
    assert find("response.done") is ResponseDoneEvent
    assert "near" in str(caught.value)
    with pytest.raises(KeyError) as far:
        find("§")
    assert "near" not in str(far.value)
