"""Conversion between the two versions of the API, the beta and the GA.

    event = upgrade(beta_event)  # the counterpart in the GA
    beta_event = downgrade(event)  # and back: equal to the original

OpenAI has closed the beta; Azure's servers and archives still use it. `upgrade` and
`downgrade` accept events of clients and servers, items, sessions, responses and
requests. An adapter does the same on the wire: ``JsonAdapter(RealtimeServerEvent,
upgrade=True)`` reads both versions, and ``JsonAdapter(RealtimeClientEvent,
downgrade=True)`` writes for a server of the beta.

`upgrade` also accepts the events of other servers, such as those of `XaiServerEvent`,
and completes them with the keys that OpenAI requires; ``docs/servers.md`` says more.

This table lists all differences: types of events, then keys of sessions, responses and
requests, then values. One name represents all voices of OpenAI, and ``{}`` is turn
detection without a type. Next is what the GA requires, with the value that `upgrade`
fills in if the beta has none. Last are the keys without a counterpart, and the classes,
without the prefix ``Realtime`` of their names.

=========================================  ======================================
beta                                       GA
=========================================  ======================================
conversation.item.created                  conversation.item.added
output_audio_buffer.audio_started          output_audio_buffer.started
output_audio_buffer.audio_stopped          output_audio_buffer.stopped
output_audio_buffer.audio_cleared          output_audio_buffer.cleared
response.text.delta                        response.output_text.delta
response.text.done                         response.output_text.done
response.audio.delta                       response.output_audio.delta
response.audio.done                        response.output_audio.done
response.audio_transcript.delta            response.output_audio_transcript.delta
response.audio_transcript.done             response.output_audio_transcript.done
transcription_session.update               session.update
transcription_session.created              session.created
transcription_session.updated              session.updated

modalities                                 output_modalities
input_audio_format                         audio.input.format
input_audio_transcription                  audio.input.transcription
input_audio_noise_reduction                audio.input.noise_reduction
turn_detection                             audio.input.turn_detection
output_audio_format                        audio.output.format
voice                                      audio.output.voice
speed                                      audio.output.speed
max_response_output_tokens                 max_output_tokens

["audio", "text"]                          ["audio"]
["text", "audio"]                          ["audio"]
"pcm16"                                    {"type": "audio/pcm", "rate": 24000}
"pcm16"                                    {"type": "audio/pcm"}
"g711_ulaw"                                {"type": "audio/pcmu"}
"g711_ulaw"                                {"type": "audio/pcmu", "rate": 8000}
"g711_alaw"                                {"type": "audio/pcma"}
"g711_alaw"                                {"type": "audio/pcma", "rate": 8000}
{}                                         {"type": "server_vad"}
{"name": "alloy", "type": "openai"}        "alloy"
"text"                                     "output_text"
"audio"                                    "output_audio"

no usage                                   usage: {"type": "unknown"}
no response_id                             response_id: ""
no name                                    name: ""
no id                                      id: ""

client_secret                              --
temperature                                --
custom_voice_id                            --
modalities (transcribing)                  --
max_response_output_tokens (transcribing)  --
--                                         include
--                                         parallel_tool_calls
--                                         reasoning
--                                         truncation
--                                         prompt

BetaSessionCreateRequest                   SessionCreateRequest
Session                                    SessionCreateResponse
BetaSessionCreateResponse                  SessionCreateResponse
BetaTranscriptionSessionCreateRequest      TranscriptionSessionCreateRequest
BetaTranscriptionSessionCreateResponse     TranscriptionSessionCreateResponse
BetaResponseCreateParams                   ResponseCreateParams
BetaResponse                               Response
=========================================  ======================================

One event becomes one event. The GA announces an item twice, when it is added and when
it is done; the beta's ``conversation.item.created`` becomes the first of the two. An
event type that both versions have is judged by its contents: a client's message with
the part ``output_text`` is the GA's already, and `upgrade` returns it as it is. So it
does with the names of the GA that the beta's schema lists and its servers do not send,
such as ``response.output_text.delta``. An event whose session is of an unknown class
becomes an `Unknown`.

``output_audio_buffer.started``, ``stopped`` and ``cleared`` are names of the beta too,
whose servers sent the longer names at first. `downgrade` returns such an event as it
is, unless it was upgraded from one with the longer name.

Nothing is dropped. A key without a counterpart goes into ``extra`` and is encoded from
there; the reverse conversion moves it back. So does a value that its counterpart cannot
hold, such as the audio format ``wav``: it keeps its own key.

If the versions express a value differently, the instance saves the original, and the
reverse conversion restores it unless the value was changed in between. What an instance
saves is no key of ``extra``, and is not encoded: over a wire, ``["text", "audio"]``
comes back as ``["audio", "text"]``. Copies, pickles and `attrs.evolve` carry it along;
`attrs.evolve` with a new ``extra`` drops it. An instance that saves something and has
no undeclared keys has an empty mapping as its ``extra``, and not ``None``.

A value that the other version cannot express is a `Loss`. It is appended to the list
*lost*, if you pass one, and is an error, if you pass *strict*. Values that went into
``extra`` count as lost, since no server of the other version recognises them. Adapters
do not report losses.

An adapter with *upgrade* takes a session that has a ``type`` for the GA's, and a
response with the beta's keys for the beta's, unless it has keys of the GA. What such an
adapter encodes, it decodes again as an equal event, in every mode. An event for which
that is impossible becomes an `Unknown`; strict mode rejects it when it is decoded or
encoded.
"""

from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, overload

from rtmodels.schema._model import Unknown
from rtmodels.schema.beta import RealtimeBetaClientEvent, RealtimeBetaServerEvent
from rtmodels.schema.beta.response import (
    RealtimeBetaResponse,
    RealtimeBetaResponseCreateParams,
    RealtimeConversationItemWithReference,
)
from rtmodels.schema.beta.session import (
    RealtimeBetaSessionCreateRequest,
    RealtimeBetaSessionCreateResponse,
    RealtimeBetaTranscriptionSessionCreateRequest,
    RealtimeBetaTranscriptionSessionCreateResponse,
    RealtimeSession,
)
from rtmodels.schema.events import RealtimeClientEvent, RealtimeServerEvent
from rtmodels.schema.items import RealtimeConversationItem
from rtmodels.schema.response import RealtimeResponse, RealtimeResponseCreateParams
from rtmodels.schema.session import (
    RealtimeSessionCreateRequest,
    RealtimeSessionCreateResponse,
)
from rtmodels.schema.transcription import (
    RealtimeTranscriptionSessionCreateRequest,
    RealtimeTranscriptionSessionCreateResponse,
)
from rtmodels.versions._directions import DOWNGRADE, UPGRADE, Direction
from rtmodels.versions._losses import Loss, find_losses, version_error

if TYPE_CHECKING:
    from rtmodels.schema.servers.glm import GlmClientEvent, GlmServerEvent
    from rtmodels.schema.servers.localai import LocalAiServerEvent
    from rtmodels.schema.servers.qwen import QwenClientEvent, QwenServerEvent
    from rtmodels.schema.servers.voice_live import (
        VoiceLiveClientEvent,
        VoiceLiveServerEvent,
    )
    from rtmodels.schema.servers.xai import XaiClientEvent, XaiServerEvent

__all__ = ["Loss", "downgrade", "upgrade"]

T = TypeVar("T")

# The modules with the classes of other servers' events.
_SERVERS = "rtmodels.schema.servers."

_Lost: TypeAlias = list[Loss] | None
"""A list that receives each `Loss` of a conversion, or ``None``."""


# The unions have classes in common, which checkers report as overlap.
# mypy: disable-error-code="overload-overlap"
# pyright: reportOverlappingOverload=false
@overload
def upgrade(x: Unknown, *, lost: _Lost = ..., strict: bool = ...) -> Unknown: ...
@overload
def upgrade(
    x: RealtimeBetaServerEvent | RealtimeServerEvent,
    *,
    lost: _Lost = ...,
    strict: bool = ...,
) -> RealtimeServerEvent: ...
@overload
def upgrade(
    x: RealtimeBetaClientEvent | RealtimeClientEvent,
    *,
    lost: _Lost = ...,
    strict: bool = ...,
) -> RealtimeClientEvent: ...
@overload
def upgrade(
    x: RealtimeSession | RealtimeBetaSessionCreateResponse,
    *,
    lost: _Lost = ...,
    strict: bool = ...,
) -> RealtimeSessionCreateResponse: ...
@overload
def upgrade(
    x: RealtimeBetaSessionCreateRequest, *, lost: _Lost = ..., strict: bool = ...
) -> RealtimeSessionCreateRequest: ...
@overload
def upgrade(
    x: RealtimeBetaTranscriptionSessionCreateResponse,
    *,
    lost: _Lost = ...,
    strict: bool = ...,
) -> RealtimeTranscriptionSessionCreateResponse: ...
@overload
def upgrade(
    x: RealtimeBetaTranscriptionSessionCreateRequest,
    *,
    lost: _Lost = ...,
    strict: bool = ...,
) -> RealtimeTranscriptionSessionCreateRequest: ...
@overload
def upgrade(
    x: RealtimeBetaResponse, *, lost: _Lost = ..., strict: bool = ...
) -> RealtimeResponse: ...
@overload
def upgrade(
    x: RealtimeBetaResponseCreateParams, *, lost: _Lost = ..., strict: bool = ...
) -> RealtimeResponseCreateParams: ...
@overload
def upgrade(
    x: RealtimeConversationItemWithReference, *, lost: _Lost = ..., strict: bool = ...
) -> RealtimeConversationItem: ...
# Some events of other servers have no equivalent, and are returned as they are.
@overload
def upgrade(
    x: "XaiServerEvent", *, lost: _Lost = ..., strict: bool = ...
) -> "RealtimeServerEvent | XaiServerEvent": ...
@overload
def upgrade(
    x: "XaiClientEvent", *, lost: _Lost = ..., strict: bool = ...
) -> "RealtimeClientEvent | XaiClientEvent": ...
@overload
def upgrade(
    x: "VoiceLiveServerEvent", *, lost: _Lost = ..., strict: bool = ...
) -> "RealtimeServerEvent | VoiceLiveServerEvent": ...
@overload
def upgrade(
    x: "VoiceLiveClientEvent", *, lost: _Lost = ..., strict: bool = ...
) -> "RealtimeClientEvent | VoiceLiveClientEvent": ...
@overload
def upgrade(
    x: "QwenServerEvent", *, lost: _Lost = ..., strict: bool = ...
) -> "RealtimeServerEvent | QwenServerEvent": ...
@overload
def upgrade(
    x: "QwenClientEvent", *, lost: _Lost = ..., strict: bool = ...
) -> "RealtimeClientEvent | QwenClientEvent": ...
@overload
def upgrade(
    x: "GlmServerEvent", *, lost: _Lost = ..., strict: bool = ...
) -> "RealtimeServerEvent | GlmServerEvent": ...
@overload
def upgrade(
    x: "GlmClientEvent", *, lost: _Lost = ..., strict: bool = ...
) -> "RealtimeClientEvent | GlmClientEvent": ...
@overload
def upgrade(
    x: "LocalAiServerEvent", *, lost: _Lost = ..., strict: bool = ...
) -> "RealtimeServerEvent | LocalAiServerEvent": ...
# The last overload is for objects that are the same in both versions.
@overload
def upgrade(x: T, *, lost: _Lost = ..., strict: bool = ...) -> T: ...
def upgrade(x: Any, *, lost: _Lost = None, strict: bool = False) -> Any:
    """Convert *x* from the beta, or from the dialect of another server, to the GA.

    Objects of the GA, and those that are the same in both versions, are returned as
    they are. So are events that only another server has, an `Unknown`, instances of
    user-defined classes, and objects other than events, items, sessions, responses and
    requests.

    Args:
        x: An event of a client or a server, or an object that such events contain.
        lost: A list to which a `Loss` is appended for each value that the GA cannot
            express.
        strict: Raise an error if there is any such value.

    Raises:
        VersionError: *strict* is set, and the GA cannot express some value.
        EncodeError: A value that has another place or form in the other version cannot
            be encoded.
    """
    # `Direction.convert`, without the call: most events are small.
    convert = UPGRADE.conversions.get(x.__class__)
    if convert is None and x.__class__.__module__.startswith(_SERVERS):
        # Few programs talk to other servers, whose classes are many.
        from rtmodels.versions._servers import to_openai  # noqa: PLC0415 - rare

        x = to_openai(x)
        convert = UPGRADE.conversions.get(x.__class__)
    counterpart = x if convert is None else convert(x)

    # The search for losses costs more than the conversion.
    if lost is not None or strict:
        _report(UPGRADE, x, counterpart, lost, strict=strict)
    return counterpart


@overload
def downgrade(x: Unknown, *, lost: _Lost = ..., strict: bool = ...) -> Unknown: ...
@overload
def downgrade(
    x: RealtimeServerEvent | RealtimeBetaServerEvent,
    *,
    lost: _Lost = ...,
    strict: bool = ...,
) -> RealtimeBetaServerEvent: ...
@overload
def downgrade(
    x: RealtimeClientEvent | RealtimeBetaClientEvent,
    *,
    lost: _Lost = ...,
    strict: bool = ...,
) -> RealtimeBetaClientEvent: ...
# Two classes of the beta share this one of the GA; only a marker tells them apart.
@overload
def downgrade(
    x: RealtimeSessionCreateResponse, *, lost: _Lost = ..., strict: bool = ...
) -> RealtimeSession | RealtimeBetaSessionCreateResponse: ...
@overload
def downgrade(
    x: RealtimeSessionCreateRequest, *, lost: _Lost = ..., strict: bool = ...
) -> RealtimeBetaSessionCreateRequest: ...
@overload
def downgrade(
    x: RealtimeTranscriptionSessionCreateResponse,
    *,
    lost: _Lost = ...,
    strict: bool = ...,
) -> RealtimeBetaTranscriptionSessionCreateResponse: ...
@overload
def downgrade(
    x: RealtimeTranscriptionSessionCreateRequest,
    *,
    lost: _Lost = ...,
    strict: bool = ...,
) -> RealtimeBetaTranscriptionSessionCreateRequest: ...
@overload
def downgrade(
    x: RealtimeResponse, *, lost: _Lost = ..., strict: bool = ...
) -> RealtimeBetaResponse: ...
@overload
def downgrade(
    x: RealtimeResponseCreateParams, *, lost: _Lost = ..., strict: bool = ...
) -> RealtimeBetaResponseCreateParams: ...
@overload
def downgrade(x: T, *, lost: _Lost = ..., strict: bool = ...) -> T: ...
def downgrade(x: Any, *, lost: _Lost = None, strict: bool = False) -> Any:
    """Convert *x* from the GA to the beta: the reverse of `upgrade`.

    Args:
        x: An event of a client or a server, or an object that such events contain.
        lost: A list to which a `Loss` is appended for each value that the beta cannot
            express.
        strict: Raise an error if there is any such value.

    Raises:
        VersionError: *strict* is set, and the beta cannot express some value.
        EncodeError: A value that has another place or form in the other version cannot
            be encoded.
    """
    convert = DOWNGRADE.conversions.get(x.__class__)
    counterpart = x if convert is None else convert(x)

    if lost is not None or strict:
        _report(DOWNGRADE, x, counterpart, lost, strict=strict)
    return counterpart


def _report(
    direction: Direction, x: Any, counterpart: Any, lost: _Lost, *, strict: bool
) -> None:
    """Append to *lost* what *counterpart* cannot express; raise it if *strict*."""
    losses = find_losses(direction, x, counterpart)

    # Filled before the error is raised, which lists the first few only.
    if lost is not None:
        lost += losses
    if losses and strict:
        raise version_error(direction, losses)
