"""What may stand in an instance, and what encoding says about the rest."""

from array import array
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from math import inf, nan

import pytest

from rtmodels import (
    UNSET,
    AudioTranscription,
    ConversationItemCreateEvent,
    CustomVoice,
    EncodeError,
    InputAudioBufferAppendEvent,
    MCPTool,
    RealtimeClientEvent,
    RealtimeConversationItemFunctionCall,
    RealtimeConversationItemMessageUser,
    RealtimeConversationItemMessageUserContent,
    RealtimeFunctionTool,
    RealtimeResponse,
    RealtimeResponseUsage,
    RealtimeServerEvent,
    RealtimeSessionCreateRequestAudioOutput,
    RealtimeTurnDetectionServerVad,
    ResponseCreateEvent,
    ResponseDoneEvent,
    Unknown,
)
from rtmodels.adapters import DictAdapter, JsonAdapter, MsgpackAdapter

pytestmark = pytest.mark.needs("msgpack")

Vad = RealtimeTurnDetectionServerVad
Output = RealtimeSessionCreateRequestAudioOutput


class Hue(Enum):
    """Neither."""

    RED = "red"


class Half(float):
    """A float that is more than one."""

    __slots__ = ()


REFUSED = [
    # scalars
    (RealtimeResponse(id=5), "$.id: expected str, got int"),
    (RealtimeResponse(id=b"r"), "$.id: expected str, got bytes"),
    (RealtimeResponse(id=Hue.RED), "$.id: expected str, got Hue"),
    (RealtimeResponse(id=UNSET), "$.id: expected str, got Unset"),
    (
        RealtimeResponseUsage(total_tokens="5"),
        "$.total_tokens: expected int, got str",
    ),
    (
        RealtimeResponseUsage(total_tokens=5.0),
        "$.total_tokens: expected int, got float",
    ),
    (
        RealtimeResponseUsage(total_tokens=True),
        "$.total_tokens: expected int, got bool",
    ),
    (
        RealtimeResponseUsage(total_tokens=Decimal(5)),
        "$.total_tokens: expected int, got Decimal",
    ),
    (Vad(threshold=True), "$.threshold: expected number, got bool"),
    (Vad(threshold="1"), "$.threshold: expected number, got str"),
    (Vad(threshold=nan), "$.threshold: expected number, got nan"),
    (Vad(threshold=-inf), "$.threshold: expected number, got -inf"),
    (Vad(threshold=Half("nan")), "$.threshold: expected number, got nan"),
    (Vad(threshold=Fraction(1, 2)), "$.threshold: expected number, got Fraction"),
    (Vad(create_response=1), "$.create_response: expected bool, got int"),
    (Vad(create_response="yes"), "$.create_response: expected bool, got str"),
    # the limit
    (
        RealtimeResponse(max_output_tokens="INF"),
        "$.max_output_tokens: expected 'inf' or int, got 'INF'",
    ),
    (
        RealtimeResponse(max_output_tokens=True),
        "$.max_output_tokens: expected 'inf' or int, got bool",
    ),
    (
        RealtimeResponse(max_output_tokens=12.0),
        "$.max_output_tokens: expected 'inf' or int, got float",
    ),
    (
        RealtimeResponse(max_output_tokens=UNSET),
        "$.max_output_tokens: expected 'inf' or int, got Unset",
    ),
    # constants
    (
        ResponseCreateEvent(type="response.cancel"),
        "$.type: expected 'response.create', got 'response.cancel'",
    ),
    (ResponseCreateEvent(type=None), "$.type: expected 'response.create', got null"),
    (ResponseCreateEvent(type=UNSET), "$.type: expected 'response.create', got Unset"),
    # objects
    (
        ResponseCreateEvent(response={}),
        "$.response: expected {P}, got dict, which DictAdapter decodes",
    ),
    (ResponseCreateEvent(response=[]), "$.response: expected {P}, got array"),
    (
        ResponseCreateEvent(response=RealtimeResponse()),
        "$.response: expected {P}, got RealtimeResponse",
    ),
    (
        ResponseDoneEvent(event_id="e", response=None),
        "$.response: expected RealtimeResponse, got null",
    ),
    # arrays
    (RealtimeResponse(output={}), "$.output: expected array, got object"),
    (RealtimeResponse(output_modalities="a"), "$.output_modalities: expected array, "),
    (
        RealtimeResponse(output_modalities={"a"}),
        "$.output_modalities: expected array, ",
    ),
    (RealtimeResponse(output=iter(())), "$.output: expected array, got tuple_iterator"),
    (
        AudioTranscription(languages=["en", None, 5]),
        "$.languages[1]: expected str, got null\n$.languages[2]: expected str, got int",
    ),
    # mappings
    (RealtimeResponse(metadata=[]), "$.metadata: expected object, got array"),
    (RealtimeResponse(metadata={"a": 5}), "$.metadata.a: expected str, got int"),
    (RealtimeResponse(metadata={5: "a"}), "$.metadata: expected string keys, got 5"),
    (RealtimeFunctionTool(parameters=5), "$.parameters: expected object, got int"),
    (
        RealtimeFunctionTool(parameters={"a": {1}, "b": [nan]}),
        (
            "$.parameters.a: expected JSON value, got set\n"
            "$.parameters.b[0]: expected finite number, got nan"
        ),
    ),
    (
        RealtimeFunctionTool(parameters={"a": RealtimeResponse()}),
        "$.parameters.a: expected JSON value, got RealtimeResponse",
    ),
    # several shapes
    (Output(voice=5), "$.voice: expected str or CustomVoice, got int"),
    (Output(voice={"id": "v"}), "$.voice: expected str or CustomVoice, got object"),
    (Output(voice=CustomVoice(id=5)), "$.voice.id: expected str, got int"),
    (
        MCPTool(server_label="s", allowed_tools=(5,)),
        "$.allowed_tools[0]: expected str, got int",
    ),
    (
        MCPTool(server_label="s", allowed_tools="all"),
        "$.allowed_tools: expected MCPToolFilter or array, got str",
    ),
]


@pytest.mark.parametrize("adapter", [DictAdapter, JsonAdapter, MsgpackAdapter])
@pytest.mark.parametrize(("instance", "text"), REFUSED)
def test_what_the_schema_has_not_is_an_encode_error(instance, text, adapter):
    """Nothing stops a caller from making such an instance; encoding does."""
    with pytest.raises(EncodeError) as caught:
        adapter(type(instance)).encode(instance)

    assert str(caught.value).startswith(
        text.replace("{P}", "RealtimeResponseCreateParams")
    )


@pytest.mark.parametrize("audio", ["YWJj", None, [1, 2], array("h", [1]), 5])
def test_what_is_no_bytes_is_no_audio(audio):
    """Base64 text least of all: the library encodes it itself."""
    with pytest.raises(EncodeError, match=r"^\$\.audio: expected .*, got \w+$"):
        JsonAdapter(RealtimeClientEvent).encode(
            InputAudioBufferAppendEvent(audio=audio)
        )


def test_base64_text_for_audio_is_told_to_be_bytes():
    """The commonest mistake deserves the right word."""
    with pytest.raises(EncodeError, match="expected bytes, got str"):
        JsonAdapter(RealtimeClientEvent).encode(
            InputAudioBufferAppendEvent(audio="YWJj")
        )


def test_a_released_buffer_is_an_encode_error():
    """No other exception leaves an adapter."""
    view = memoryview(b"abc")
    view.release()
    with pytest.raises(EncodeError):
        JsonAdapter(RealtimeClientEvent).encode(InputAudioBufferAppendEvent(audio=view))


@pytest.mark.parametrize(
    "item",
    [
        {"type": "message", "role": "user", "content": []},
        RealtimeResponse(),
        None,
        "item",
        RealtimeFunctionTool(),
    ],
)
def test_what_is_no_member_of_a_union_is_an_encode_error(item):
    """The issue lists the members."""
    with pytest.raises(EncodeError) as caught:
        JsonAdapter(RealtimeClientEvent).encode(ConversationItemCreateEvent(item=item))

    (issue,) = caught.value.issues
    assert issue.path == "$.item"
    assert issue.expected.startswith("RealtimeConversationItemMessageSystem or ")
    assert issue.expected.endswith(" or ... or Unknown")


@pytest.mark.parametrize(
    "value", [None, {}, {"type": "response.create"}, RealtimeResponse(), UNSET, "x"]
)
def test_what_is_not_of_the_adapters_type_is_an_encode_error(value):
    """A server's event is none of a client's."""
    with pytest.raises(EncodeError, match=r"^\$: expected .* or Unknown, got "):
        JsonAdapter(RealtimeClientEvent).encode(value)


@pytest.mark.parametrize("adapter", [DictAdapter, JsonAdapter, MsgpackAdapter])
@pytest.mark.parametrize("payload", [None, "text", 5, [1], b"x"])
def test_an_unknown_whose_payload_is_no_mapping_is_an_encode_error(payload, adapter):
    """An event is an object, known or not."""
    with pytest.raises(EncodeError):
        adapter(RealtimeClientEvent).encode(Unknown(tag="new", payload=payload))


def test_an_unknown_item_whose_payload_is_no_mapping_is_an_encode_error():
    """So is an item."""
    response = RealtimeResponse(output=(Unknown(tag="new", payload="text"),))
    with pytest.raises(EncodeError, match=r"^\$\.output\[0\]"):
        DictAdapter(RealtimeResponse).encode(response)


def test_all_problems_come_at_once_in_the_order_of_the_fields():
    """At every depth."""
    part = RealtimeConversationItemMessageUserContent(text=5, audio="YQ==")
    event = ResponseDoneEvent(
        event_id=None,
        response=RealtimeResponse(
            usage=RealtimeResponseUsage(total_tokens="5"),
            output=(
                RealtimeConversationItemMessageUser(content=(part, {})),
                RealtimeConversationItemFunctionCall(name=5, arguments=None),
            ),
            id=5,
            extra={"new": nan},
        ),
    )
    with pytest.raises(EncodeError) as caught:
        JsonAdapter(RealtimeServerEvent).encode(event)

    assert [issue.path for issue in caught.value.issues] == [
        "$.event_id",
        "$.response.id",
        "$.response.output[0].content[0].text",
        "$.response.output[0].content[0].audio",
        "$.response.output[0].content[1]",
        "$.response.output[1].name",
        "$.response.output[1].arguments",
        "$.response.usage.total_tokens",
        "$.response.new",
    ]


WIRES = [(JsonAdapter, 10**400, "int of up"), (MsgpackAdapter, 2**64, "64-bit int")]


@pytest.mark.parametrize(("adapter", "number", "expected"), WIRES)
def test_integers_that_only_the_wire_refuses_have_a_path_too(adapter, number, expected):
    """Their limits depend on the wire."""
    response = RealtimeResponse(max_output_tokens=number, extra={"a": [-number]})
    with pytest.raises(EncodeError) as caught:
        adapter(RealtimeResponse).encode(response)

    first, second = str(caught.value).splitlines()
    assert first.startswith(f"$.max_output_tokens: expected {expected}")
    assert second.startswith(f"$.a[0]: expected {expected}")


@pytest.mark.parametrize("adapter", [JsonAdapter, MsgpackAdapter])
@pytest.mark.parametrize(
    ("response", "text"),
    [
        (
            RealtimeResponse(id="\ud800"),
            "$.id: expected text in UTF-8, got a lone surr",
        ),
        (
            RealtimeResponse(metadata={"\udfff": "a"}),
            "$.metadata['\\udfff']: expected ",
        ),
    ],
)
def test_what_only_the_wire_refuses_has_a_path_too(response, text, adapter):
    """Half characters, for example."""
    with pytest.raises(EncodeError) as caught:
        adapter(RealtimeResponse).encode(response)

    assert str(caught.value).startswith(text)


def test_a_tuple_of_events_is_written_from_a_list():
    """And says which element is wrong."""
    adapter = JsonAdapter(tuple[RealtimeClientEvent, ...])
    create = ResponseCreateEvent()

    assert adapter.encode([create]) == b'[{"type":"response.create"}]'
    with pytest.raises(EncodeError, match=r"^\$\[1\]: expected .*, got int$"):
        adapter.encode([create, 5])
