"""What cannot be said in the other version is reported, where asked for."""

import pickle

import pytest

from rtmodels import (
    AudioTranscription,
    BetaResponseDoneEvent,
    BetaSessionUpdateEvent,
    ConversationItemAddedEvent,
    Loss,
    MCPTool,
    RealtimeBetaClientSecret,
    RealtimeBetaResponse,
    RealtimeBetaSessionCreateRequest,
    RealtimeBetaSessionCreateResponse,
    RealtimeBetaTurnDetection,
    RealtimeBetaVoiceObject,
    RealtimeCallCreateRequest,
    RealtimeConversationItemMessageUser,
    RealtimeReasoning,
    RealtimeSession,
    RealtimeSessionCreateRequest,
    RealtimeSessionCreateRequestAudio,
    RealtimeSessionCreateRequestAudioInput,
    RealtimeTurnDetectionServerVad,
    RtmodelsError,
    SessionUpdatedEvent,
    SessionUpdateEvent,
    Unknown,
    VersionError,
    downgrade,
    make_converter,
    upgrade,
)

CONVERTER = make_converter()


def losses(convert, x):
    """List what *convert* reports about *x*, by path."""
    lost: list[Loss] = []
    convert(x, lost=lost)
    return {loss.path: loss.value for loss in lost}


def structure(payload, cls):
    """Read *payload*."""
    return CONVERTER.structure(payload, cls)


def test_a_setting_without_a_counterpart_is_reported():
    """The result keeps it, but no GA server supports it."""
    event = BetaSessionUpdateEvent(
        session=RealtimeBetaSessionCreateRequest(temperature=0.8)
    )

    assert losses(upgrade, event) == {"$.session.temperature": 0.8}


@pytest.mark.parametrize(
    ("session", "lost"),
    [
        ({"reasoning": RealtimeReasoning(effort="low")}, {"effort": "low"}),
        ({"parallel_tool_calls": False}, False),
        ({"include": ("x",)}, ["x"]),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_so_is_one_that_the_beta_has_not(session, lost):
    """Of any type."""
    (name,) = session

    assert losses(downgrade, RealtimeSessionCreateRequest(**session)) == {
        f"$.{name}": lost
    }


def test_no_tool_is_lost():
    """Servers of the beta have others than functions, Voice Live for one."""
    session = RealtimeSessionCreateRequest(
        tools=(
            MCPTool(server_label="s"),
            Unknown(tag="new", payload={"type": "new", "a": 1}),
        )
    )

    assert not losses(downgrade, session)
    assert downgrade(session).tools == session.tools
    assert upgrade(downgrade(session)) == session


def test_nothing_is_lost_where_both_have_words():
    """Other words are no loss."""
    session = RealtimeBetaSessionCreateRequest(
        modalities=("text", "audio"),
        voice=RealtimeBetaVoiceObject(name="alloy", type="openai"),
        input_audio_format="pcm16",
        max_response_output_tokens="inf",
        turn_detection=RealtimeBetaTurnDetection(threshold=0.5),
    )

    assert not losses(upgrade, session)
    assert not losses(downgrade, upgrade(session))


def test_a_null_says_nothing_that_could_be_lost():
    """Azure sends many."""
    response = RealtimeBetaResponse(temperature=None, custom_voice_id=None)

    assert not losses(upgrade, BetaResponseDoneEvent(event_id="e", response=response))


def test_what_no_version_knows_is_not_lost():
    """It is where it was before."""
    payload = {"avatar": {"x": 1}, "turn_detection": {"type": "server_vad", "y": 1}}

    assert not losses(upgrade, structure({"id": "s", **payload}, RealtimeSession))


def test_what_no_version_knows_in_the_depth_is_not_lost():
    """Nor if it has no other place than an object that the beta has not."""
    payload = {
        "type": "realtime",
        "audio": {
            "input": {"transport": "json"},
            "output": {"format": {"type": "audio/pcm", "rate": 8000}},
        },
    }

    assert losses(downgrade, structure(payload, RealtimeSessionCreateRequest)) == {
        "$.audio.output": payload["audio"]["output"]
    }


def test_a_setting_deep_inside_is_reported_where_it_stood():
    """In the words of what was given."""
    session = RealtimeSessionCreateRequest(
        audio=RealtimeSessionCreateRequestAudio(
            input=RealtimeSessionCreateRequestAudioInput(
                transcription=AudioTranscription(model="m", delay="low")
            )
        )
    )

    assert losses(downgrade, SessionUpdateEvent(session=session)) == {
        "$.session.audio.input.transcription.delay": "low"
    }


def test_a_setting_of_another_kind_is_reported():
    """The beta has one class for both kinds of turn detection."""
    detection = RealtimeBetaTurnDetection(type="server_vad", eagerness="low")
    session = RealtimeBetaSessionCreateRequest(turn_detection=detection)

    assert losses(upgrade, session) == {"$.turn_detection.eagerness": "low"}


def test_a_voice_that_the_ga_has_not_is_reported():
    """By the name that it has in the beta."""
    voice = RealtimeBetaVoiceObject(name="en-US-AvaNeural", type="azure-standard")

    assert losses(upgrade, RealtimeBetaResponse(voice=voice)) == {
        "$.voice": {"name": "en-US-AvaNeural", "type": "azure-standard"}
    }


def test_a_setting_said_twice_is_reported():
    """Only one of the two can be in force."""
    payload = {"voice": "ash", "audio": {"output": {"voice": "sage"}}}

    lost = losses(upgrade, structure(payload, RealtimeBetaSessionCreateRequest))

    assert lost == {"$.voice": "ash"}


def test_what_the_ga_requires_is_reported_where_it_is_missing():
    """The lost value is shown as None."""
    assert losses(upgrade, RealtimeSession()) == {"$.id": None}


def test_an_unknown_session_is_reported():
    """The event is left to be sent as it is."""
    session = Unknown(tag=None, payload={})

    assert losses(downgrade, SessionUpdatedEvent(event_id="e", session=session)) == {
        "$.session": session
    }


@pytest.mark.parametrize(
    ("convert", "x"),
    [
        (upgrade, RealtimeBetaTurnDetection()),
        (upgrade, RealtimeBetaClientSecret(value="ek_1", expires_at=1)),
        (downgrade, RealtimeSessionCreateRequestAudio()),
        (downgrade, RealtimeCallCreateRequest(sdp="v=0")),
    ],
    ids=lambda value: getattr(value, "__name__", type(value).__name__),
)
def test_a_piece_that_only_one_version_has_is_lost_as_a_whole(convert, x):
    """It comes back as it is: nothing shows what it belongs to."""
    assert convert(x) is x
    assert losses(convert, x) == {"$": x}


@pytest.mark.parametrize(
    "x",
    [
        RealtimeTurnDetectionServerVad(),
        ConversationItemAddedEvent(
            event_id="e", item=RealtimeConversationItemMessageUser(content=())
        ),
        Unknown(tag="x", payload={}),
        "pcm16",
    ],
    ids=lambda x: type(x).__name__,
)
def test_what_both_versions_have_is_not_lost(x):
    """Nor is what neither has."""
    assert not losses(upgrade, x)
    assert not losses(downgrade, x)


def test_a_loss_has_its_place_as_keys_and_as_text():
    """Frameworks report errors by keys and indexes, people read the text."""
    session = RealtimeSessionCreateRequest(parallel_tool_calls=True)
    lost: list[Loss] = []

    downgrade(SessionUpdateEvent(session=session), lost=lost)

    assert lost[0].loc == ("session", "parallel_tool_calls")
    assert lost[0].path == "$.session.parallel_tool_calls"
    assert Loss(loc=("tools", 0), value=1).path == "$.tools[0]"


def test_losses_are_added_to_the_list():
    """One list serves a whole stream."""
    lost: list[Loss] = []

    for _ in range(2):
        upgrade(RealtimeSession(id="s", temperature=1), lost=lost)

    assert lost == [Loss(loc=("temperature",), value=1)] * 2


def test_being_strict_makes_a_loss_an_error():
    """It names all losses, and pickles."""
    session = RealtimeSession(temperature=0.8)

    with pytest.raises(VersionError) as caught:
        upgrade(session, strict=True)

    assert isinstance(caught.value, RtmodelsError)
    assert str(caught.value) == (
        "$.id: expected a value, which the GA requires, got nothing\n"
        "$.temperature: expected a value that the GA can express, got 0.8"
    )
    assert pickle.loads(pickle.dumps(caught.value)).issues == caught.value.issues


def test_being_strict_about_the_beta():
    """The other way round."""
    session = RealtimeSessionCreateRequest(parallel_tool_calls=True)

    with pytest.raises(
        VersionError, match=r"\$\.parallel_tool_calls: .* the beta can express"
    ):
        downgrade(session, strict=True)


def test_being_strict_about_nothing_is_no_error():
    """The counterpart is returned as usual."""
    session = RealtimeSession(id="s", voice="ash")

    assert upgrade(session, strict=True) == upgrade(session)


def test_the_list_is_filled_before_the_error():
    """Both may be asked for."""
    lost: list[Loss] = []

    with pytest.raises(VersionError):
        upgrade(RealtimeSession(id="s", temperature=1), lost=lost, strict=True)

    assert [loss.path for loss in lost] == ["$.temperature"]


def test_secrets_are_not_printed():
    """Neither in a loss, nor in an error."""
    secret = RealtimeBetaClientSecret(value="ek_1", expires_at=1)
    session = RealtimeBetaSessionCreateResponse(id="s", client_secret=secret)
    lost: list[Loss] = []

    with pytest.raises(VersionError) as caught:
        upgrade(session, lost=lost, strict=True)

    assert "ek_1" not in f"{lost!r} {caught.value}"
