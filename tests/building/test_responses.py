"""Asking for responses, and stopping them."""

import pytest
from attrs import fields

from rtmodels import (
    Prompt,
    RealtimeAudioFormatsPcmu,
    RealtimeReasoning,
    RealtimeResponseCreateParams,
    RealtimeResponseCreateParamsAudio,
    RealtimeResponseCreateParamsAudioOutput,
    ResponseCancelEvent,
    ResponseCreateEvent,
    ToolChoiceFunction,
    build,
)

from .events import sent


def get_weather(city: str) -> str:
    """Return the weather in a city."""
    return city


def test_without_arguments_the_session_decides():
    """The shortest event has no settings at all."""
    assert sent(build.create_response()) == ResponseCreateEvent()


def test_every_setting_can_be_passed():
    """Arguments have the names of the wire, and audio is flat."""
    item = build.user_message("Hello!").item

    event = build.create_response(
        instructions="Be brief.",
        output_modality="audio",
        voice="marin",
        output_format="audio/pcmu",
        tools=[get_weather],
        tool_choice=ToolChoiceFunction(name="get_weather"),
        parallel_tool_calls=True,
        reasoning="high",
        max_output_tokens="inf",
        conversation="none",
        metadata={"turn": "3"},
        prompt="pmpt_1",
        input=[item],
        event_id="event_1",
    )

    assert sent(event) == ResponseCreateEvent(
        event_id="event_1",
        response=RealtimeResponseCreateParams(
            instructions="Be brief.",
            output_modalities=("audio",),
            audio=RealtimeResponseCreateParamsAudio(
                output=RealtimeResponseCreateParamsAudioOutput(
                    voice="marin", format=RealtimeAudioFormatsPcmu()
                )
            ),
            tools=(build.function_tool(get_weather),),
            tool_choice=ToolChoiceFunction(name="get_weather"),
            parallel_tool_calls=True,
            reasoning=RealtimeReasoning(effort="high"),
            max_output_tokens="inf",
            conversation="none",
            metadata={"turn": "3"},
            prompt=Prompt(id="pmpt_1"),
            input=(item,),
        ),
    )


def test_every_field_has_an_argument():
    """A field that is new in the schema needs an argument here too."""
    names = {field.name for field in fields(RealtimeResponseCreateParams)}
    names -= {"extra", "audio", "output_modalities"}
    flat = {"output_modality", "voice", "output_format"}

    arguments = build.create_response.__annotations__.keys()
    assert arguments - {"return", "event_id"} == names | flat


def test_an_empty_input_is_sent():
    """It hides the conversation, and is not the same as none."""
    assert sent(build.create_response(input=())).response.input == ()


def test_null_is_sent_where_the_schema_has_it():
    """``None`` is a value of metadata and of the prompt."""
    response = sent(build.create_response(metadata=None, prompt=None)).response

    assert response.metadata is None
    assert response.prompt is None


def test_the_longest_metadata_is_sent():
    """16 notes with keys of 64 characters and values of 512."""
    metadata = {f"{number:064}": "x" * 512 for number in range(16)}

    assert sent(build.create_response(metadata=metadata)).response.metadata == metadata


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"metadata": {str(n): "" for n in range(17)}}, "at most 16 keys, not 17"),
        ({"metadata": {"k" * 65: ""}}, "at most 64 characters in its key"),
        ({"metadata": {"key": "v" * 513}}, r"metadata\['key'\] .* 512 in its value"),
        ({"conversation": "conv_1"}, "conversation must be one of 'auto', 'none'"),
        ({"output_modality": "speech"}, "output_modality must be one of"),
        ({"output_format": "pcm16"}, "output_format must be one of"),
        ({"max_output_tokens": 5000}, "max_output_tokens must be from 1 to 4096"),
        (
            {"tools": [get_weather], "tool_choice": ToolChoiceFunction(name="get")},
            "tool_choice names 'get', which is not among the tools",
        ),
        ({"reasoning": "hard"}, "reasoning must be one of"),
        ({"event_id": "x" * 513}, "event_id must have at most 512"),
    ],
)
def test_what_the_server_refuses_raises(arguments, message):
    """The error names the argument and what is allowed."""
    with pytest.raises(ValueError, match=message):
        build.create_response(**arguments)


def test_cancelling_may_name_the_response():
    """Without an id, it is the current one."""
    assert sent(build.cancel_response()) == ResponseCancelEvent()
    assert sent(build.cancel_response("resp_1", event_id="event_1")) == (
        ResponseCancelEvent(response_id="resp_1", event_id="event_1")
    )
