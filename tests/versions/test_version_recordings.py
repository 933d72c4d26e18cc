"""All recorded messages go to the other version and come back."""

import attrs
import orjson
import pytest

from rtmodels import (
    ConversationItemCreateEvent,
    RealtimeBetaClientEvent,
    RealtimeBetaServerEvent,
    RealtimeCallCreateRequest,
    RealtimeClientEvent,
    RealtimeServerEvent,
    RealtimeSessionCreateRequest,
    RealtimeSessionCreateResponse,
    Unknown,
    downgrade,
    upgrade,
)
from rtmodels.adapters import DictAdapter, JsonAdapter

from ..parts import find_parts

BETA = {"server": RealtimeBetaServerEvent, "client": RealtimeBetaClientEvent}
GA = {"server": RealtimeServerEvent, "client": RealtimeClientEvent}


def adapters(unions, **options):
    """Make an adapter for either direction."""
    return {way: DictAdapter(union, **options) for way, union in unions.items()}


@pytest.fixture(scope="module")
def beta():
    """Read the beta as it is."""
    return adapters(BETA)


@pytest.fixture(scope="module")
def ga():
    """Read the GA, and the servers that only look like it."""
    return adapters(GA, mode="forgiving")


def select(captures, shape):
    """Return the direction and value of the messages of one *shape*."""
    return [
        (row["direction"], row["value"]) for row in captures if row["shape"] == shape
    ]


def test_messages_of_the_beta_come_back(captures, beta, ga):
    """Equal as JSON, and equal instances; the counterparts are the GA's.

    One message is left alone, since all of it is the GA's already: a client says
    ``output_text`` to Voice Live, which understands it and answers ``text``.
    """
    alone = []
    for way, value in select(captures, "beta"):
        event = beta[way].decode(value)

        counterpart = upgrade(event)

        if counterpart is event and downgrade(event) is not event:
            alone.append(event)
            continue
        assert (
            type(ga[way].decode(ga[way].encode(counterpart)))
            is type(counterpart)
            is not Unknown
        )
        assert ga[way].decode(ga[way].encode(counterpart)) == counterpart
        assert downgrade(counterpart) == event
        assert beta[way].encode(downgrade(counterpart)) == value
    assert [type(event) for event in alone] == [ConversationItemCreateEvent]
    assert alone[0].item.content[0].type == "output_text"
    assert upgrade(downgrade(alone[0])) == alone[0]


def test_only_what_the_server_sent_is_undeclared(captures, beta):
    """An ``extra`` has undeclared keys of the message, and nulls, and nothing else."""
    found = set()
    for way, value in select(captures, "beta"):
        sent = set(find_keys(value))

        for part in find_parts(upgrade(beta[way].decode(value))):
            extra = getattr(part, "extra", None) or {}
            declared = {key for key in extra if key in attrs.fields_dict(type(part))}
            found |= extra.keys()

            assert extra.keys() - declared <= sent
            assert all(extra[key] is None for key in declared)
            assert all(getattr(part, key) is None for key in declared)
    assert {"temperature", "status_details"} <= found


def find_keys(value):
    """Iterate over the keys of all objects in *value*."""
    if isinstance(value, dict):
        yield from value
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from find_keys(item)


def test_messages_of_the_ga_come_back(captures, beta, ga):
    """Sessions of xAI are of neither version; the beta can write all messages."""
    for way, value in select(captures, "ga"):
        event = ga[way].decode(value)

        counterpart = downgrade(event)

        assert upgrade(event) is event
        assert ga[way].encode(upgrade(counterpart)) == value
        assert orjson.dumps(beta[way].encode(counterpart))


def test_sessions_in_rest_bodies_come_back(rest_bodies):
    """What opens a call, and what a client secret comes with."""
    seen = 0
    for row in rest_bodies:
        cls = RealtimeSessionCreateRequest
        value = row["value"].get("session", row["value"])
        if "id" in value:
            cls = RealtimeSessionCreateResponse
        adapter = DictAdapter(cls)
        session = adapter.decode(value)
        seen += 1

        assert adapter.encode(upgrade(downgrade(session))) == value
        assert upgrade(downgrade(session)) == session
    assert seen == len(rest_bodies)


def test_a_client_for_the_ga_reads_the_beta(captures):
    """An adapter that upgrades gives what reading and upgrading give, all of it."""
    beta = {way: JsonAdapter(union) for way, union in BETA.items()}
    both = {way: JsonAdapter(union, upgrade=True) for way, union in GA.items()}
    for way, value in select(captures, "beta"):
        frame = orjson.dumps(value)

        event, expected = both[way].decode(frame), upgrade(beta[way].decode(frame))

        assert event == expected
        assert event.extra == expected.extra


def test_a_client_for_the_ga_writes_the_beta(captures):
    """An adapter that downgrades gives back what the server of the beta sent."""
    both = {way: JsonAdapter(union, upgrade=True) for way, union in GA.items()}
    back = {way: JsonAdapter(union, downgrade=True) for way, union in GA.items()}
    changed = []
    for way, value in select(captures, "beta"):
        event = both[way].decode(orjson.dumps(value))

        if orjson.loads(back[way].encode(event)) != value:
            changed.append(value["type"])
    assert changed == ["conversation.item.create"]  # the one that is left alone above


def test_a_client_for_the_ga_still_reads_the_ga(captures):
    """What OpenAI and Azure send is read as without the option."""
    plain = {way: JsonAdapter(union) for way, union in GA.items()}
    both = {way: JsonAdapter(union, upgrade=True) for way, union in GA.items()}
    for row in captures:
        if row["shape"] == "ga" and row["server"] != "xai":
            way, frame = row["direction"], orjson.dumps(row["value"])

            event, expected = both[way].decode(frame), plain[way].decode(frame)

            assert event == expected
            assert both[way].encode(event) == plain[way].encode(expected)


def test_sessions_without_a_type_are_read_as_those_of_the_beta(captures):
    """That helps with xAI, whose sessions say a little of either version."""
    both = adapters(GA, upgrade=True, mode="forgiving")
    types = {"session.created", "session.updated", "session.update"}
    for row in captures:
        if row["server"] == "xai" and row["value"]["type"] in types:
            event = both[row["direction"]].decode(row["value"])

            assert type(event.session) is not Unknown


def test_a_call_is_not_the_betas():
    """It has none; the offer is left as it is."""
    offer = RealtimeCallCreateRequest(sdp="v=0")

    assert downgrade(offer) is offer
