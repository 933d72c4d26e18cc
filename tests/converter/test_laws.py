"""What holds for any payload: laxer modes accept more, and each fault is one error."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtmodels import (
    RealtimeBetaClientEvent,
    RealtimeBetaServerEvent,
    RealtimeClientEvent,
    RealtimeResponse,
    RealtimeServerEvent,
    RealtimeSessionCreateRequest,
    RealtimeTranslationServerEvent,
    ValidationError,
)
from rtmodels.adapters import DictAdapter

from ..strategies import damaged, values

TYPES = [
    RealtimeServerEvent,
    RealtimeClientEvent,
    RealtimeResponse,
    RealtimeSessionCreateRequest,
    RealtimeBetaServerEvent,
]
IDS = ["server", "client", "response", "session", "beta server"]
EVENTS = {
    "server": RealtimeServerEvent,
    "client": RealtimeClientEvent,
    "beta server": RealtimeBetaServerEvent,
    "beta client": RealtimeBetaClientEvent,
    "translation server": RealtimeTranslationServerEvent,
}
MODES = ("strict", "tolerant", "forgiving")


def payloads_for(type_: Any) -> st.SearchStrategy[Any]:
    """Make payloads of *type_*, most of them with something wrong."""
    encode = DictAdapter(type_).encode
    return damaged(damaged(values(type_).map(encode)))


def outcomes(adapters: dict[str, DictAdapter[Any]], payload: Any) -> dict[str, Any]:
    """Decode *payload* in each mode that accepts it."""
    accepted = {}
    for mode, adapter in adapters.items():
        try:
            accepted[mode] = adapter.decode(payload)
        except ValidationError as exc:
            faults = exc.issues
            assert faults, "an error must say what is wrong"
            assert "another value" not in {issue.got for issue in faults}
    return accepted


@pytest.mark.parametrize("type_", TYPES, ids=IDS)
def test_a_laxer_mode_accepts_what_a_stricter_one_accepts(type_):
    """Strict implies tolerant implies forgiving, with equal instances."""
    adapters = {mode: DictAdapter(type_, mode=mode) for mode in MODES}

    @given(payloads_for(type_))
    def check(payload):
        accepted = outcomes(adapters, payload)

        assert list(accepted) == list(MODES[len(MODES) - len(accepted) :])
        assert all(value == accepted["forgiving"] for value in accepted.values())

    check()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("type_", TYPES, ids=IDS)
def test_what_is_accepted_comes_back(type_, mode):
    """Whatever decodes encodes to an equal JSON value, however odd it was."""
    adapter = DictAdapter(type_, mode=mode)

    @given(payloads_for(type_))
    def check(payload):
        before = copy.deepcopy(payload)
        accepted = outcomes({mode: adapter}, payload)

        if accepted:
            assert adapter.encode(accepted[mode]) == before
        assert payload == before

    check()


@pytest.mark.parametrize("type_", EVENTS.values(), ids=EVENTS)
def test_no_event_with_a_type_ends_a_forgiving_session(type_):
    """Forgiving mode decodes any JSON object with a string type."""
    adapter = DictAdapter(type_, mode="forgiving")

    @given(payloads_for(type_))
    def check(payload):
        if isinstance(payload, dict) and isinstance(payload.get("type"), str):
            assert adapter.encode(adapter.decode(payload)) == payload

    check()
