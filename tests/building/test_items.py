"""Messages, and the answers to what the model asks for."""

from dataclasses import dataclass
from datetime import date

import pytest
from attrs import evolve

from rtmodels import (
    UNSET,
    ConversationItemCreateEvent,
    RealtimeConversationItemFunctionCall,
    RealtimeConversationItemFunctionCallOutput,
    RealtimeConversationItemMessageAssistant,
    RealtimeConversationItemMessageAssistantContent,
    RealtimeConversationItemMessageSystem,
    RealtimeConversationItemMessageSystemContent,
    RealtimeConversationItemMessageUser,
    RealtimeConversationItemMessageUserContent,
    RealtimeMCPApprovalRequest,
    RealtimeMCPApprovalResponse,
    ResponseCreateEvent,
    ResponseFunctionCallArgumentsDoneEvent,
    build,
)

from .events import sent

PNG = b"\x89PNG\r\n\x1a\nthe rest"
JPEG = b"\xff\xd8\xff\xe0the rest"

CALL = RealtimeConversationItemFunctionCall(
    name="get_weather", arguments="{}", call_id="call_1"
)


def part(**fields):
    """Return one part of a user's message."""
    return RealtimeConversationItemMessageUserContent(**fields)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (["Hello!"], [part(type="input_text", text="Hello!")]),
        ([""], [part(type="input_text", text="")]),
        (
            [build.audio(b"\0\1")],
            [part(type="input_audio", audio=b"\0\1")],
        ),
        (
            [build.audio(b"\0\1", transcript="Hi")],
            [part(type="input_audio", audio=b"\0\1", transcript="Hi")],
        ),
        (
            [build.image(PNG)],
            [
                part(
                    type="input_image",
                    image_url="data:image/png;base64,iVBORw0KGgp0aGUgcmVzdA==",
                )
            ],
        ),
        (
            [build.image(JPEG, detail="low")],
            [
                part(
                    type="input_image",
                    image_url="data:image/jpeg;base64,/9j/4HRoZSByZXN0",
                    detail="low",
                )
            ],
        ),
        (
            [build.image("data:image/jpeg;base64,/9j/")],
            [part(type="input_image", image_url="data:image/jpeg;base64,/9j/")],
        ),
        (
            ["Left,", build.audio(b""), "right"],
            [
                part(type="input_text", text="Left,"),
                part(type="input_audio", audio=b""),
                part(type="input_text", text="right"),
            ],
        ),
    ],
)
def test_a_message_has_its_content_in_order(content, expected):
    """Text, pictures and recordings may be mixed."""
    event = sent(build.user_message(*content, event_id="event_1"))

    assert event == ConversationItemCreateEvent(
        event_id="event_1",
        item=RealtimeConversationItemMessageUser(content=tuple(expected)),
    )


def test_a_message_without_content_is_refused():
    """There is nothing to add to the conversation."""
    with pytest.raises(ValueError, match="a message must have some content"):
        build.user_message()


def test_other_content_is_refused():
    """Bytes may be a picture or audio, so their kind has to be said."""
    with pytest.raises(TypeError, match=r"text, image\(\) and audio\(\), not bytes"):
        build.user_message(PNG)


@pytest.mark.parametrize(
    "picture",
    [
        b"",
        b"GIF89a",
        PNG[:7],
        "https://example.com/cat.png",
        "data:image/gif;base64,R0lG",
        "data:image/png,raw",
    ],
)
def test_only_png_and_jpeg_are_pictures(picture):
    """The server accepts these two, and downloads nothing."""
    with pytest.raises(ValueError, match="an image must be"):
        build.image(picture)


def test_the_detail_of_a_picture_is_a_closed_set():
    """Prompts know one more word than messages."""
    with pytest.raises(ValueError, match="detail must be one of 'auto', 'low', 'high'"):
        build.image(PNG, detail="original")


def test_a_system_message_instructs():
    """It has one text."""
    content = RealtimeConversationItemMessageSystemContent(
        type="input_text", text="Be brief."
    )

    assert sent(build.system_message("Be brief.")) == ConversationItemCreateEvent(
        item=RealtimeConversationItemMessageSystem(content=(content,))
    )


def test_an_assistant_message_is_text():
    """The API knows no other kind from a client."""
    content = RealtimeConversationItemMessageAssistantContent(
        type="output_text", text="Grüezi!"
    )

    assert sent(build.assistant_message("Grüezi!")) == ConversationItemCreateEvent(
        item=RealtimeConversationItemMessageAssistant(content=(content,))
    )


def test_the_place_of_an_item_can_be_changed():
    """What a helper has no argument for, `attrs.evolve` sets."""
    event = evolve(build.system_message("First."), previous_item_id="root")

    assert sent(event).previous_item_id == "root"


@dataclass
class Weather:
    """A result of a function."""

    day: date
    celsius: float


@pytest.mark.parametrize(
    ("output", "text"),
    [
        ("It rains.", "It rains."),
        ("", ""),
        (None, "null"),
        (True, "true"),
        ({"celsius": 21}, '{"celsius":21}'),
        (["é", 1.5], '["é",1.5]'),
        (Weather(date(2026, 12, 1), -3.5), '{"day":"2026-12-01","celsius":-3.5}'),
    ],
)
def test_an_output_is_text_or_json(output, text):
    """The next response is asked for, since the model waits for that."""
    event, request = build.function_output("call_1", output, event_id="event_1")

    item = RealtimeConversationItemFunctionCallOutput(call_id="call_1", output=text)
    assert sent(event) == ConversationItemCreateEvent(event_id="event_1", item=item)
    assert sent(request) == ResponseCreateEvent()


def test_an_output_may_leave_the_response_for_later():
    """Several outputs need one response."""
    [event] = build.function_output("call_1", "It rains.", respond=False)

    assert isinstance(sent(event), ConversationItemCreateEvent)


@pytest.mark.parametrize(
    "call",
    [
        CALL,
        ResponseFunctionCallArgumentsDoneEvent(
            event_id="event_1",
            response_id="resp_1",
            item_id="item_1",
            output_index=0,
            call_id="call_1",
            name="get_weather",
            arguments="{}",
        ),
    ],
)
def test_an_output_names_the_call_that_it_answers(call):
    """The item with the call has its id, and so has the event."""
    event, _ = build.function_output(call, "")

    assert event.item.call_id == "call_1"


@pytest.mark.parametrize("call", ["", evolve(CALL, call_id=None)])
def test_an_output_without_a_call_is_refused(call):
    """An item that a client has made may lack the id."""
    with pytest.raises(ValueError, match="this call has no call_id"):
        build.function_output(call, "")


@pytest.mark.parametrize("output", [object(), b"bytes", {1: 2}, CALL, 2**80])
def test_an_output_that_is_no_json_is_refused(output):
    """The error says what is allowed."""
    with pytest.raises(TypeError, match="must be text or what orjson can encode"):
        build.function_output("call_1", output)


REQUEST = RealtimeMCPApprovalRequest(
    id="mcpr_1", server_label="maps", name="find", arguments="{}"
)


@pytest.mark.parametrize("request_", [REQUEST, "mcpr_1"])
def test_an_approval_names_its_request(request_):
    """The request may be the item or its id."""
    event = build.mcp_approval(
        request_, approve=False, reason="Too costly.", item_id="item_1"
    )

    assert sent(event).item == RealtimeMCPApprovalResponse(
        id="item_1",
        approval_request_id="mcpr_1",
        approve=False,
        reason="Too costly.",
    )


def test_an_approval_has_an_id_of_its_own():
    """Two answers are two items, and a reason is optional."""
    first, second = (build.mcp_approval("mcpr_1", approve=True).item for _ in range(2))

    assert first.id != second.id
    assert first.reason is UNSET


@pytest.mark.parametrize(
    "make",
    [
        lambda event_id: build.user_message("", event_id=event_id),
        lambda event_id: build.system_message("", event_id=event_id),
        lambda event_id: build.assistant_message("", event_id=event_id),
        lambda event_id: build.function_output("call_1", "", event_id=event_id),
        lambda event_id: build.mcp_approval("", approve=True, event_id=event_id),
        lambda event_id: build.commit_audio(event_id=event_id),
        lambda event_id: build.clear_audio(event_id=event_id),
        lambda event_id: build.cancel_response(event_id=event_id),
    ],
)
def test_event_ids_have_at_most_512_characters(make):
    """The same limit for every event."""
    make("x" * 512)

    with pytest.raises(ValueError, match="at most 512 characters, not 513"):
        make("x" * 513)
