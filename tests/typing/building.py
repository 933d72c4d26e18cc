"""What type checkers make of `rtmodels.build`; checked, and never run."""

from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
from typing import Any, assert_type

from rtmodels import (
    ConversationItemCreateEvent,
    ConversationItemTruncateEvent,
    InputAudioBufferAppendEvent,
    InputAudioBufferClearEvent,
    InputAudioBufferCommitEvent,
    RealtimeClientEvent,
    RealtimeConversationItemFunctionCall,
    RealtimeConversationItemMessageUserContent,
    RealtimeFunctionTool,
    RealtimeMCPApprovalRequest,
    RealtimeServerEvent,
    RealtimeTurnDetectionServerVad,
    ResponseCancelEvent,
    ResponseCreateEvent,
    SessionUpdateEvent,
    ToolChoiceFunction,
    build,
)


async def helpers_return_what_adapters_encode(
    send: Callable[[RealtimeClientEvent], None],
    microphone: Iterable[bytes],
    remote: AsyncIterable[bytes],
) -> None:
    """Know the class of each event, which is one that a client sends."""
    message = build.user_message("Hi", build.image(b""), build.audio(b""))
    assert_type(message, ConversationItemCreateEvent)
    assert_type(build.image(b""), RealtimeConversationItemMessageUserContent)
    assert_type(build.audio(b""), RealtimeConversationItemMessageUserContent)
    assert_type(build.system_message("Hi"), ConversationItemCreateEvent)
    assert_type(build.assistant_message("Hi"), ConversationItemCreateEvent)
    assert_type(build.create_response(), ResponseCreateEvent)
    assert_type(build.cancel_response(), ResponseCancelEvent)
    assert_type(build.commit_audio(), InputAudioBufferCommitEvent)
    assert_type(build.clear_audio(), InputAudioBufferClearEvent)
    assert_type(build.mcp_approval("mcpr_1", approve=True), ConversationItemCreateEvent)
    assert_type(build.append_audio(b""), Iterator[InputAudioBufferAppendEvent])
    assert_type(build.append_audio(microphone), Iterator[InputAudioBufferAppendEvent])
    assert_type(build.append_audio(remote), AsyncIterator[InputAudioBufferAppendEvent])

    send(message)
    for event in build.function_output("call_1", {"celsius": 21}):
        assert_type(event, ConversationItemCreateEvent | ResponseCreateEvent)
        send(event)
    async for appended in build.append_audio(remote, milliseconds=20):
        send(appended)


def settings_are_checked(get_weather: Callable[[str], Any]) -> None:
    """Accept names and objects, and refuse words outside of closed sets."""
    audio: build.AudioFormat = "audio/pcmu"
    event = build.update_session(
        instructions="Be brief.",
        output_modality="audio",
        voice="a voice of next year",
        input_format=audio,
        turn_detection=RealtimeTurnDetectionServerVad(idle_timeout_ms=6_000),
        transcription=None,
        noise_reduction="near_field",
        tools=[get_weather, RealtimeFunctionTool(name="other")],
        tool_choice=ToolChoiceFunction(name="other"),
        max_output_tokens="inf",
    )
    assert_type(event, SessionUpdateEvent)
    build.update_session(turn_detection=None)

    build.update_session(turn_detection="vad")  # type: ignore[arg-type]
    build.update_session(turn_detection=False)  # type: ignore[arg-type]
    build.update_session(input_format="pcm16")  # type: ignore[arg-type]
    build.update_session(output_format="audio/opus")  # type: ignore[arg-type]
    build.update_session(output_modality="both")  # type: ignore[arg-type]
    build.update_session(output_modality=["text", "audio"])  # type: ignore[arg-type]
    build.update_session(noise_reduction="near")  # type: ignore[arg-type]
    build.update_session(tool_choice="get_weather")  # type: ignore[arg-type]
    build.update_session(tools=["get_weather"])  # type: ignore[list-item]
    build.update_session(max_output_tokens="4096")  # type: ignore[arg-type]
    build.update_session(reasoning="hard")  # type: ignore[arg-type]
    build.update_session(truncation="none")  # type: ignore[arg-type]
    build.update_session(tracing="on")  # type: ignore[arg-type]
    build.update_session(include=["logprobs"])  # type: ignore[list-item]
    build.update_session(temperature=0.8)  # type: ignore[call-arg]
    build.create_response(conversation="conv_1")  # type: ignore[arg-type]
    build.create_response(metadata={"turn": 3})  # type: ignore[dict-item]
    build.create_response(output_modality="speech")  # type: ignore[arg-type]


def messages_are_checked(
    call: RealtimeConversationItemFunctionCall, request: RealtimeMCPApprovalRequest
) -> None:
    """Refuse bytes whose kind is unknown, and words outside of closed sets."""
    build.function_output(call, "It rains.", respond=False)
    build.mcp_approval(request, approve=False, reason="Too costly.")
    build.image("data:image/png;base64,", detail="low")

    build.user_message(b"")  # type: ignore[arg-type]
    build.image(b"", detail="original")  # type: ignore[arg-type]
    build.audio("text")  # type: ignore[arg-type]
    build.function_output(request, "")  # type: ignore[arg-type]
    build.append_audio(b"", format="audio/opus")  # type: ignore[call-overload]
    build.append_audio("text")  # type: ignore[arg-type]


def tools_are_described(get_weather: Callable[[str], Any]) -> None:
    """Return a tool for any function."""
    assert_type(build.function_tool(get_weather), RealtimeFunctionTool)
    build.function_tool("get_weather")  # type: ignore[arg-type]


def playback_is_typed(event: RealtimeServerEvent) -> None:
    """Accept every event of a server."""
    playback = build.Playback("audio/pcma")
    playback.feed(event)
    assert_type(playback.play(20), bytes)
    assert_type(playback.remaining_ms, int)
    assert_type(playback.interrupt(), tuple[ConversationItemTruncateEvent, ...])
    events = playback.interrupt(heard_ms=99.5)
    assert_type(events, tuple[ConversationItemTruncateEvent, ...])
    build.Playback()
    build.Playback("pcm16")  # type: ignore[arg-type]
