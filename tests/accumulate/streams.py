"""Server events for a session that never was, and what comes of them."""

from collections.abc import Iterable
from typing import Any

from rtmodels import (
    UNSET,
    ConversationAccumulator,
    ConversationItemAddedEvent,
    ConversationItemDeletedEvent,
    ConversationItemDoneEvent,
    ConversationItemRetrievedEvent,
    ConversationItemTruncatedEvent,
    RealtimeConversationItemFunctionCall,
    RealtimeConversationItemMessageAssistant,
    RealtimeConversationItemMessageAssistantContent,
    RealtimeConversationItemMessageUser,
    RealtimeConversationItemMessageUserContent,
    RealtimeResponse,
    RealtimeServerEvent,
    ResponseAccumulator,
    ResponseContentPart,
    ResponseContentPartAddedEvent,
    ResponseContentPartDoneEvent,
    ResponseCreatedEvent,
    ResponseDoneEvent,
    ResponseFunctionCallArgumentsDeltaEvent,
    ResponseFunctionCallArgumentsDoneEvent,
    ResponseOutputAudioDeltaEvent,
    ResponseOutputAudioDoneEvent,
    ResponseOutputAudioTranscriptDeltaEvent,
    ResponseOutputAudioTranscriptDoneEvent,
    ResponseOutputItemAddedEvent,
    ResponseOutputItemDoneEvent,
    ResponseOutputTextDeltaEvent,
    ResponseOutputTextDoneEvent,
)

Events = list[RealtimeServerEvent]
Content = RealtimeConversationItemMessageAssistantContent

WORDS = ("Take", " the", " train", " at", " nine", ".")
SPEECH = tuple(bytes([n, 0] * 240) for n in range(1, 7))
"""Six times 10 ms of PCM at 24 kHz."""


def at(response: str = "resp_1", item: str = "item_1", content: int = 0) -> Any:
    """Return the keys that place an event in a response, an item and a content part."""
    return {
        "event_id": "event_1",
        "response_id": response,
        "item_id": item,
        "output_index": 0,
        "content_index": content,
    }


def created(response: str = "resp_1", **fields: Any) -> ResponseCreatedEvent:
    """Begin a response."""
    first = RealtimeResponse(id=response, status="in_progress", output=(), **fields)
    return ResponseCreatedEvent(event_id="event_1", response=first)


def ended(response: str = "resp_1", *output: Any, **fields: Any) -> ResponseDoneEvent:
    """End a response with its *output*."""
    last = {"id": response, "status": "completed", "output": output, **fields}
    return ResponseDoneEvent(event_id="event_1", response=RealtimeResponse(**last))


def message(
    item: str, *content: Any, status: str = "completed"
) -> RealtimeConversationItemMessageAssistant:
    """Make a message of the model's."""
    return RealtimeConversationItemMessageAssistant(
        id=item, status=status, content=content
    )


def user(item: str, **content: Any) -> RealtimeConversationItemMessageUser:
    """Build a user's message with one content part."""
    part = RealtimeConversationItemMessageUserContent(**content)
    return RealtimeConversationItemMessageUser(
        id=item, status="completed", content=(part,)
    )


def item_added(
    response: str, item: Any, index: int = 0
) -> ResponseOutputItemAddedEvent:
    """Begin an item of a response."""
    return ResponseOutputItemAddedEvent(
        event_id="event_1", response_id=response, output_index=index, item=item
    )


def item_done(response: str, item: Any, index: int = 0) -> ResponseOutputItemDoneEvent:
    """End an item of a response."""
    return ResponseOutputItemDoneEvent(
        event_id="event_1", response_id=response, output_index=index, item=item
    )


def part_added(place: Any, **part: Any) -> ResponseContentPartAddedEvent:
    """Begin a part of a message."""
    return ResponseContentPartAddedEvent(part=ResponseContentPart(**part), **place)


def part_done(place: Any, **part: Any) -> ResponseContentPartDoneEvent:
    """End a part of a message."""
    return ResponseContentPartDoneEvent(part=ResponseContentPart(**part), **place)


def text(delta: str, place: Any = None) -> ResponseOutputTextDeltaEvent:
    """Write some more text."""
    return ResponseOutputTextDeltaEvent(delta=delta, **place or at())


def words(delta: str, place: Any = None) -> ResponseOutputAudioTranscriptDeltaEvent:
    """Write some more of a transcript."""
    return ResponseOutputAudioTranscriptDeltaEvent(delta=delta, **place or at())


def audio(delta: bytes, place: Any = None) -> ResponseOutputAudioDeltaEvent:
    """Speak some more."""
    return ResponseOutputAudioDeltaEvent(delta=delta, **place or at())


def writing(place: Any, deltas: Iterable[str] = WORDS) -> Events:
    """Write a part of a message, from its beginning to its end."""
    deltas = list(deltas)
    whole = "".join(deltas)
    return [
        part_added(place, type="text", text=""),
        *(text(delta, place) for delta in deltas),
        ResponseOutputTextDoneEvent(text=whole, **place),
        part_done(place, type="text", text=whole),
    ]


def speaking(
    place: Any, deltas: Iterable[str] = WORDS, samples: Iterable[bytes] = SPEECH
) -> Events:
    """Speak a part of a message, from its beginning to its end."""
    deltas = list(deltas)
    whole = "".join(deltas)
    return [
        part_added(place, type="audio", transcript=""),
        *(words(delta, place) for delta in deltas),
        *(audio(delta, place) for delta in samples),
        ResponseOutputAudioDoneEvent(**place),
        ResponseOutputAudioTranscriptDoneEvent(transcript=whole, **place),
        part_done(place, type="audio", transcript=whole),
    ]


def written(deltas: Iterable[str] = WORDS) -> Content:
    """Return the content part that the events of `writing` add up to."""
    return Content(type="output_text", text="".join(deltas))


def spoken(deltas: Iterable[str] = WORDS, samples: Iterable[bytes] = ()) -> Content:
    """Return the part that `speaking` adds up to; the server resends no *samples*."""
    return Content(
        type="output_audio",
        transcript="".join(deltas),
        audio=b"".join(samples) or None,
    )


def answer(
    response: str = "resp_1", item: str = "item_1", **how: Any
) -> tuple[Events, RealtimeResponse]:
    """Speak an answer; give its events, and what they add up to."""
    place = at(response, item)
    said = message(item, spoken(how.get("deltas", WORDS)))
    done = ended(response, said)
    heard = message(item, spoken(how.get("deltas", WORDS), how.get("samples", SPEECH)))
    events = [
        created(response),
        item_added(response, message(item, status="in_progress")),
        *speaking(place, **how),
        item_done(response, said),
        done,
    ]
    return events, ended(response, heard).response


def calling(response: str = "resp_1", item: str = "item_1") -> Events:
    """Call a function, from the beginning to the end of the item."""
    place = at(response, item)
    del place["content_index"]
    call = RealtimeConversationItemFunctionCall(
        id=item, call_id="call_1", name="look_up", arguments="", status="in_progress"
    )
    whole = '{"train": 721}'
    return [
        item_added(response, call),
        *(
            ResponseFunctionCallArgumentsDeltaEvent(
                call_id="call_1", delta=delta, **place
            )
            for delta in ('{"train"', ": ", "721}")
        ),
        ResponseFunctionCallArgumentsDoneEvent(
            call_id="call_1", name="look_up", arguments=whole, **place
        ),
    ]


def added(item: Any, previous: Any = UNSET) -> ConversationItemAddedEvent:
    """Put an item into the conversation, after the *previous* one."""
    return ConversationItemAddedEvent(
        event_id="event_1", item=item, previous_item_id=previous
    )


def done(item: Any, previous: Any = UNSET) -> ConversationItemDoneEvent:
    """Complete an item of the conversation."""
    return ConversationItemDoneEvent(
        event_id="event_1", item=item, previous_item_id=previous
    )


def deleted(item: str) -> ConversationItemDeletedEvent:
    """Remove *item* from the conversation."""
    return ConversationItemDeletedEvent(event_id="event_1", item_id=item)


def retrieved(item: Any) -> ConversationItemRetrievedEvent:
    """Send *item* as the server holds it."""
    return ConversationItemRetrievedEvent(event_id="event_1", item=item)


def truncated(
    milliseconds: int, item: str = "item_1"
) -> ConversationItemTruncatedEvent:
    """Cut a spoken answer."""
    return ConversationItemTruncatedEvent(
        event_id="event_1", item_id=item, content_index=0, audio_end_ms=milliseconds
    )


def feed(*events: Any, **options: Any) -> ResponseAccumulator:
    """Feed *events* to a new accumulator."""
    accumulator = ResponseAccumulator(**options)
    for event in events:
        accumulator.feed(event)
    return accumulator


def converse(*events: Any, **options: Any) -> ConversationAccumulator:
    """Feed *events* to a new accumulator for conversations."""
    accumulator = ConversationAccumulator(**options)
    for event in events:
        accumulator.feed(event)
    return accumulator


def kinds(accumulator: ResponseAccumulator) -> list[str]:
    """List the kinds of mismatch found."""
    return [mismatch.kind for mismatch in accumulator.mismatches]


OPEN = (
    created(),
    item_added("resp_1", message("item_1", status="in_progress")),
    part_added(at(), type="text", text=""),
)
"""What comes before the first delta."""
