"""Settings of a session."""

from collections.abc import Iterator
from typing import get_args

import pytest
from attrs import fields, has

from rtmodels import (
    UNSET,
    AudioTranscription,
    CustomVoice,
    MCPTool,
    NoiseReduction,
    Prompt,
    RealtimeAudioFormatsPcm,
    RealtimeAudioFormatsPcma,
    RealtimeAudioFormatsPcmu,
    RealtimeFunctionTool,
    RealtimeReasoning,
    RealtimeSessionCreateRequest,
    RealtimeSessionCreateRequestAudio,
    RealtimeTracingConfiguration,
    RealtimeTruncationRetentionRatio,
    RealtimeTruncationRetentionRatioTokenLimits,
    RealtimeTurnDetectionSemanticVad,
    RealtimeTurnDetectionServerVad,
    SessionUpdateEvent,
    ToolChoiceFunction,
    ToolChoiceMCP,
    build,
)

from .events import sent

PCM = RealtimeAudioFormatsPcm(rate=24000)
WEATHER = RealtimeFunctionTool(name="get_weather")
MAPS = MCPTool(server_label="maps", server_url="https://maps.test")


@pytest.mark.parametrize(
    ("arguments", "path", "expected"),
    [
        ({"model": "gpt-realtime-2"}, "model", "gpt-realtime-2"),
        ({"instructions": "Be brief."}, "instructions", "Be brief."),
        ({"output_modality": "text"}, "output_modalities", ("text",)),
        ({"voice": "marin"}, "audio.output.voice", "marin"),
        (
            {"voice": CustomVoice(id="voice_1")},
            "audio.output.voice",
            CustomVoice(id="voice_1"),
        ),
        ({"speed": 1.5}, "audio.output.speed", 1.5),
        ({"input_format": "audio/pcm"}, "audio.input.format", PCM),
        (
            {"input_format": "audio/pcmu"},
            "audio.input.format",
            RealtimeAudioFormatsPcmu(),
        ),
        (
            {"output_format": "audio/pcma"},
            "audio.output.format",
            RealtimeAudioFormatsPcma(),
        ),
        ({"output_format": PCM}, "audio.output.format", PCM),
        (
            {"input_format": RealtimeAudioFormatsPcm()},
            "audio.input.format",
            RealtimeAudioFormatsPcm(),
        ),
        ({"turn_detection": None}, "audio.input.turn_detection", None),
        (
            {"turn_detection": "server_vad"},
            "audio.input.turn_detection",
            RealtimeTurnDetectionServerVad(),
        ),
        (
            {"turn_detection": RealtimeTurnDetectionSemanticVad(eagerness="low")},
            "audio.input.turn_detection",
            RealtimeTurnDetectionSemanticVad(eagerness="low"),
        ),
        (
            {"turn_detection": RealtimeTurnDetectionServerVad(idle_timeout_ms=5_000)},
            "audio.input.turn_detection",
            RealtimeTurnDetectionServerVad(idle_timeout_ms=5_000),
        ),
        (
            {"turn_detection": RealtimeTurnDetectionServerVad(idle_timeout_ms=None)},
            "audio.input.turn_detection",
            RealtimeTurnDetectionServerVad(idle_timeout_ms=None),
        ),
        ({"transcription": None}, "audio.input.transcription", None),
        (
            {"transcription": "whisper-1"},
            "audio.input.transcription",
            AudioTranscription(model="whisper-1"),
        ),
        (
            {"transcription": AudioTranscription(languages=("de",))},
            "audio.input.transcription",
            AudioTranscription(languages=("de",)),
        ),
        ({"noise_reduction": None}, "audio.input.noise_reduction", None),
        (
            {"noise_reduction": "far_field"},
            "audio.input.noise_reduction",
            NoiseReduction(type="far_field"),
        ),
        ({"tools": [WEATHER, MAPS]}, "tools", (WEATHER, MAPS)),
        ({"tools": []}, "tools", ()),
        ({"tool_choice": "required"}, "tool_choice", "required"),
        (
            {"tool_choice": ToolChoiceFunction(name="get_weather")},
            "tool_choice",
            ToolChoiceFunction(name="get_weather"),
        ),
        (
            {
                "tools": [WEATHER],
                "tool_choice": ToolChoiceFunction(name="get_weather"),
            },
            "tool_choice",
            ToolChoiceFunction(name="get_weather"),
        ),
        (
            {"tools": [MAPS], "tool_choice": ToolChoiceMCP(server_label="maps")},
            "tool_choice",
            ToolChoiceMCP(server_label="maps"),
        ),
        ({"parallel_tool_calls": False}, "parallel_tool_calls", False),
        ({"reasoning": "low"}, "reasoning", RealtimeReasoning(effort="low")),
        ({"reasoning": RealtimeReasoning()}, "reasoning", RealtimeReasoning()),
        ({"max_output_tokens": 1}, "max_output_tokens", 1),
        ({"max_output_tokens": 4096}, "max_output_tokens", 4096),
        ({"max_output_tokens": "inf"}, "max_output_tokens", "inf"),
        ({"truncation": "disabled"}, "truncation", "disabled"),
        (
            {"truncation": RealtimeTruncationRetentionRatio(retention_ratio=0.8)},
            "truncation",
            RealtimeTruncationRetentionRatio(retention_ratio=0.8),
        ),
        ({"tracing": None}, "tracing", None),
        ({"tracing": "auto"}, "tracing", "auto"),
        (
            {"tracing": RealtimeTracingConfiguration(workflow_name="calls")},
            "tracing",
            RealtimeTracingConfiguration(workflow_name="calls"),
        ),
        ({"prompt": None}, "prompt", None),
        ({"prompt": "pmpt_1"}, "prompt", Prompt(id="pmpt_1")),
        (
            {"include": ["item.input_audio_transcription.logprobs"]},
            "include",
            ("item.input_audio_transcription.logprobs",),
        ),
    ],
    ids=str,
)
def test_a_setting_is_all_that_is_sent(arguments, path, expected):
    """Each argument sets one field of the session, and nothing else is in the event."""
    session = sent(build.update_session(**arguments)).session

    leaves = dict(find_set(session))
    assert leaves.pop(path) == expected
    assert set(leaves) <= {"type", *arguments}


def find_set(settings: object, prefix: str = "") -> Iterator[tuple[str, object]]:
    """Yield the path and the value of each setting that is sent."""
    for attribute in fields(type(settings)):
        value = getattr(settings, attribute.name)
        # None is a value where the default is UNSET.
        if attribute.name == "extra" or value is UNSET:
            continue
        if value is None and attribute.default is not UNSET:
            continue
        path = prefix + attribute.name
        if attribute.name in {"audio", "input", "output"}:
            yield from find_set(value, f"{path}.")
        else:
            yield path, value


def test_without_settings_nothing_is_set():
    """An empty update is valid, if useless."""
    assert sent(build.update_session()) == SessionUpdateEvent(
        session=RealtimeSessionCreateRequest()
    )


def test_every_setting_has_an_argument():
    """A setting that is new in the schema needs an argument here too."""
    renamed = {"output_modalities": "output_modality"}
    audio = {"format", "type", "audio"}
    names = set(find_names(RealtimeSessionCreateRequest))

    expected = {renamed.get(name, name) for name in names - audio}
    arguments = build.update_session.__annotations__.keys()
    assert arguments - {"return", "event_id", "input_format", "output_format"} == (
        expected
    )


def find_names(cls: type) -> Iterator[str]:
    """Yield the names of all settings of *cls*, and of its audio."""
    nested = {RealtimeSessionCreateRequestAudio}
    nested |= {m for f in fields(*nested) for m in get_args(f.type) if has(m)}
    for attribute in fields(cls):
        inner = nested & {*get_args(attribute.type)}
        if inner:
            yield from find_names(inner.pop())
        elif attribute.name != "extra":
            yield attribute.name


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"output_modality": "both"}, "output_modality must be one of 'text', 'audio'"),
        ({"speed": 2}, "speed must be from 0.25 to 1.5, not 2"),
        ({"speed": 0.2}, "speed must be from"),
        ({"speed": float("nan")}, "speed must be from"),
        ({"input_format": "pcm16"}, "input_format must be one of 'audio/pcm'"),
        ({"output_format": "audio/opus"}, "output_format must be one of 'audio/pcm'"),
        (
            {"input_format": RealtimeAudioFormatsPcm(rate=16000)},
            "input_format: PCM must have a rate of 24000 hertz, not 16000",
        ),
        (
            {"turn_detection": "vad"},
            "turn_detection must be one of 'server_vad', 'semantic_vad', not 'vad'",
        ),
        (
            {"turn_detection": RealtimeTurnDetectionServerVad(threshold=1.1)},
            "threshold must be from 0.0 to 1.0",
        ),
        (
            {"turn_detection": RealtimeTurnDetectionServerVad(idle_timeout_ms=4_999)},
            "idle_timeout_ms must be from 5000 to 30000",
        ),
        (
            {"turn_detection": RealtimeTurnDetectionServerVad(idle_timeout_ms=30_001)},
            "idle_timeout_ms must be from 5000 to 30000",
        ),
        (
            {"transcription": AudioTranscription(languages=())},
            "languages must have at least one language",
        ),
        ({"noise_reduction": "near"}, "noise_reduction must be one of 'near_field'"),
        ({"tool_choice": "any"}, "tool_choice must be one of 'none', 'auto'"),
        (
            {"tools": [], "tool_choice": ToolChoiceFunction(name="get_weather")},
            "tool_choice names 'get_weather', which is not among the tools",
        ),
        (
            {"tools": [WEATHER], "tool_choice": ToolChoiceMCP(server_label="maps")},
            "tool_choice names 'maps', which is not among the tools",
        ),
        ({"reasoning": "hard"}, "reasoning must be one of 'minimal'"),
        ({"max_output_tokens": 0}, "max_output_tokens must be from 1 to 4096 or 'inf'"),
        ({"max_output_tokens": 4097}, "max_output_tokens must be from 1 to 4096"),
        ({"max_output_tokens": True}, "max_output_tokens must be from 1 to 4096"),
        ({"max_output_tokens": "4096"}, "max_output_tokens must be from 1 to 4096"),
        ({"truncation": "none"}, "truncation must be one of 'auto', 'disabled'"),
        (
            {"truncation": RealtimeTruncationRetentionRatio(retention_ratio=80)},
            "retention_ratio must be from 0.0 to 1.0",
        ),
        (
            {
                "truncation": RealtimeTruncationRetentionRatio(
                    retention_ratio=0.8,
                    token_limits=RealtimeTruncationRetentionRatioTokenLimits(
                        post_instructions=-1
                    ),
                )
            },
            "post_instructions must be from 0",
        ),
        ({"tracing": "on"}, "tracing must be one of 'auto', not 'on'"),
        ({"include": ["logprobs"]}, "include must be one of 'item.input_audio"),
        ({"event_id": "x" * 513}, "event_id must have at most 512 characters, not 513"),
    ],
    ids=str,
)
def test_what_the_server_refuses_raises(arguments, message):
    """The error names the argument and what is allowed."""
    with pytest.raises(ValueError, match=message):
        build.update_session(**arguments)


def test_an_event_id_of_the_longest_kind_is_sent():
    """512 characters are allowed."""
    assert sent(build.update_session(event_id="x" * 512)).event_id == "x" * 512
