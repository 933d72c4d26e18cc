"""What is regular needs no slow pass, which would find the same at many times the cost.

Adapters read `rtmodels.converter._binding.find_hook` for this, and so do these tests.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtmodels import (
    RealtimeClientEvent,
    RealtimeFunctionTool,
    RealtimeServerEvent,
    ServerSession,
    make_converter,
)
from rtmodels.adapters import DictAdapter
from rtmodels.converter._binding import find_hook

from ..strategies import EACH, values
from .places import MODES

TYPES = {
    "server": RealtimeServerEvent,
    "client": RealtimeClientEvent,
    "session": ServerSession,
    "tool": RealtimeFunctionTool,
}
every_type = pytest.mark.parametrize("type_", TYPES.values(), ids=TYPES)


@every_type
@pytest.mark.parametrize("mode", MODES)
@given(data=st.data())
@EACH
def test_what_fits_is_read_by_the_fast_pass(type_, mode, data):
    """In every mode; strict mode gets only values that the schema names."""
    instance = data.draw(values(type_, closed=mode == "strict"))
    payload = DictAdapter(type_).encode(instance)
    hook = find_hook(type_, make_converter(mode=mode))

    assert hook.fast(payload) == instance


@every_type
@pytest.mark.parametrize("binary", [False, True])
@given(data=st.data())
@EACH
def test_instances_are_written_by_the_fast_pass(type_, binary, data):
    """With bytes as with base64 text."""
    instance = data.draw(values(type_))
    hook = make_converter(binary=binary).get_unstructure_hook(type_)

    assert DictAdapter(type_).decode(hook.fast(instance)) == instance
