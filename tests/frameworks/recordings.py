"""Recordings of servers that speak another dialect."""

RECORDED = {"azure-voice-live": "voice_live", "xai": "xai"}
"""The dialects of the recorded servers."""


def find_messages(captures, server):
    """Return what *server* sent in a turn with a written question."""
    return [
        row["value"]
        for row in captures
        if row["server"] == server
        and row["direction"] == "server"
        and row["source"].endswith("/test_text_in_audio_out_turn.yaml")
    ]


def find_transcripts(messages):
    """Return what the assistant said in *messages*."""
    done = {"response.audio_transcript.done", "response.output_audio_transcript.done"}
    return [message["transcript"] for message in messages if message["type"] in done]
