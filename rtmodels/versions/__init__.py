"""The beta and the GA: what one says, in the words of the other.

    event = upgrade(beta_event)  # the GA's twin, which a client for the GA understands
    beta_event = downgrade(event)  # and back, to what there was

OpenAI has closed the beta; Azure's servers and every archive still speak it. `upgrade`
and `downgrade` take events of either side, items, sessions, responses and requests. An
adapter does the same on the wire: ``JsonAdapter(RealtimeServerEvent, upgrade=True)``
takes both versions, and ``JsonAdapter(RealtimeClientEvent, downgrade=True)`` writes
what a server of the beta takes.

This is all that differs: types of events, then keys of sessions, responses and
requests, then values. One name stands for every voice of OpenAI's, and ``{}`` for turn
detection that leaves out its type. Then comes what the GA requires, and what to say
there if the beta says nothing. Last are the keys without a twin, and the classes, whose
names begin with ``Realtime``.

======================================  ======================================
beta                                    GA
======================================  ======================================
conversation.item.created               conversation.item.added
output_audio_buffer.audio_started       output_audio_buffer.started
output_audio_buffer.audio_stopped       output_audio_buffer.stopped
output_audio_buffer.audio_cleared       output_audio_buffer.cleared
response.text.delta                     response.output_text.delta
response.text.done                      response.output_text.done
response.audio.delta                    response.output_audio.delta
response.audio.done                     response.output_audio.done
response.audio_transcript.delta         response.output_audio_transcript.delta
response.audio_transcript.done          response.output_audio_transcript.done
transcription_session.update            session.update
transcription_session.created           session.created
transcription_session.updated           session.updated

modalities                              output_modalities
input_audio_format                      audio.input.format
input_audio_transcription               audio.input.transcription
input_audio_noise_reduction             audio.input.noise_reduction
turn_detection                          audio.input.turn_detection
output_audio_format                     audio.output.format
voice                                   audio.output.voice
speed                                   audio.output.speed
max_response_output_tokens              max_output_tokens

["audio", "text"]                       ["audio"]
["text", "audio"]                       ["audio"]
"pcm16"                                 {"type": "audio/pcm", "rate": 24000}
"pcm16"                                 {"type": "audio/pcm"}
"g711_ulaw"                             {"type": "audio/pcmu"}
"g711_ulaw"                             {"type": "audio/pcmu", "rate": 8000}
"g711_alaw"                             {"type": "audio/pcma"}
"g711_alaw"                             {"type": "audio/pcma", "rate": 8000}
{}                                      {"type": "server_vad"}
{"name": "alloy", "type": "openai"}     "alloy"
"text"                                  "output_text"
"audio"                                 "output_audio"

no usage                                usage: {"type": "unknown"}
no response_id                          response_id: ""
no name                                 name: ""
no id                                   id: ""

client_secret                           --
temperature                             --
custom_voice_id                         --
modalities (transcribing)               --
--                                      include
--                                      parallel_tool_calls
--                                      reasoning
--                                      truncation
--                                      prompt

BetaSessionCreateRequest                SessionCreateRequest
Session                                 SessionCreateResponse
BetaSessionCreateResponse               SessionCreateResponse
BetaTranscriptionSessionCreateRequest   TranscriptionSessionCreateRequest
BetaTranscriptionSessionCreateResponse  TranscriptionSessionCreateResponse
BetaResponseCreateParams                ResponseCreateParams
BetaResponse                            Response
======================================  ======================================

One event becomes one event. The GA announces an item twice, when it is added and when
it is done; the beta's ``conversation.item.created`` becomes the first of the two. An
event that both versions have goes by its words: a client's message with the part
``output_text`` is the GA's, and stays as it is on the way there. An event around a
session that neither version knows becomes an `Unknown`.

Nothing is dropped. What has no twin goes into ``extra``, is encoded from there, and
comes back to its place on the way back. What both versions can say, but in other words,
comes back as it was, as long as nobody changes it: the instance remembers. Over a wire,
memories do not travel, and ``["text", "audio"]`` comes back as ``["audio", "text"]``.

Whatever cannot be said in the other version is listed in *lost*, if you give such a
list, or is an error, if you ask to be *strict*. That is also what went into ``extra``,
for no server of the other version knows it. Adapters do not report it.
"""

from rtmodels.versions._convert import downgrade, upgrade
from rtmodels.versions._losses import Loss
from rtmodels.versions._wire import (
    beta_union,
    make_downgrading_writer,
    make_upgrading_hook,
)

__all__ = [
    "Loss",
    "beta_union",
    "downgrade",
    "make_downgrading_writer",
    "make_upgrading_hook",
    "upgrade",
]
