"""Errors of programs, rather than of data: each says what to do."""

import pytest
from attrs import frozen
from cattrs import Converter

from rtmodels import (
    DecodeError,
    EncodeError,
    Model,
    RealtimeClientEvent,
    RealtimeServerEvent,
    ResponseDoneEvent,
    SessionUpdateEvent,
    configure,
    make_converter,
)
from rtmodels.adapters import DictAdapter, JsonAdapter, MsgpackAdapter

ADAPTERS = [DictAdapter, JsonAdapter, MsgpackAdapter]

every_adapter = pytest.mark.parametrize("adapter", ADAPTERS)
pytestmark = pytest.mark.needs("msgpack")


@frozen
class Ping:
    """An event of a user, who did not derive it from `Model`."""

    type: str = "ping"


@pytest.mark.parametrize("name", ["RealtimeServerEvent", "response.done"])
@every_adapter
def test_a_name_is_no_type(adapter, name):
    """The message says how to come by the class."""
    with pytest.raises(
        TypeError, match=r"not its name '.*'; rtmodels.find\(\) returns"
    ):
        adapter(name)


@every_adapter
def test_a_converter_has_to_be_configured(adapter):
    """Before the first frame, which would fail for a reason that is hard to read."""
    with pytest.raises(TypeError, match=r"no hooks for rtmodels: call configure\(\)"):
        adapter(RealtimeServerEvent, converter=Converter())
    with pytest.raises(TypeError, match=r"no hooks for rtmodels: call configure\(\)"):
        adapter(RealtimeServerEvent, converter=Converter)

    converter = Converter()
    assert configure(converter) is converter
    adapter(RealtimeServerEvent, converter=converter)


@every_adapter
def test_there_is_no_lax_mode(adapter):
    """The message names the modes."""
    with pytest.raises(ValueError, match="choose one of strict, tolerant, forgiving"):
        adapter(RealtimeServerEvent, mode="lax")
    with pytest.raises(ValueError, match="choose one of strict, tolerant, forgiving"):
        make_converter(mode="lax")


@pytest.mark.parametrize("adapter", [JsonAdapter, MsgpackAdapter])
def test_parsed_data_is_for_another_adapter(adapter):
    """A dict is no document."""
    with pytest.raises(
        DecodeError, match="but a dict: DictAdapter decodes parsed data"
    ):
        adapter(RealtimeServerEvent).decode({"type": "response.done"})


@every_adapter
def test_a_dict_is_no_instance(adapter):
    """Neither as an event nor inside one."""
    events = adapter(RealtimeClientEvent)
    update = {"type": "session.update", "session": {"type": "realtime"}}

    with pytest.raises(
        EncodeError, match=r"\$: .*, got dict, which DictAdapter decode"
    ):
        events.encode(update)
    with pytest.raises(EncodeError, match=r"\$\.session: .* which DictAdapter decodes"):
        events.encode(SessionUpdateEvent(session=update["session"]))


@every_adapter
def test_a_class_of_a_user_in_a_union_needs_a_base(adapter):
    """Derived from `Model`, it works."""

    @frozen(kw_only=True)
    class Pong(Model):
        type: str = "pong"

    with pytest.raises(TypeError, match=r"nothing tells Ping from .* rtmodels\.Model"):
        adapter(RealtimeServerEvent | Ping)
    with pytest.raises(TypeError, match="'type'"):
        adapter(RealtimeServerEvent | Pong)
    assert adapter(Ping).decode(adapter(Ping).encode(Ping())) == Ping()
    assert adapter(ResponseDoneEvent | None)
