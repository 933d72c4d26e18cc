"""User-defined hooks for our classes and unions: which wins, and what they raise."""

from datetime import date

import attrs
import pytest
from cattrs import Converter
from cattrs.gen import make_dict_unstructure_fn, override

from rtmodels import (
    DecodeError,
    EncodeError,
    Issue,
    Model,
    RealtimeConversationItem,
    RealtimeConversationItemMessageUserContent,
    RealtimeResponse,
    RealtimeServerEvent,
    RealtimeTool,
    ResponseDoneEvent,
    SessionUpdateEvent,
    ToolChoice,
    Unknown,
    ValidationError,
    configure,
    make_converter,
)
from rtmodels.adapters import DictAdapter, JsonAdapter

from .places import MODES, USER, done, update

Part = RealtimeConversationItemMessageUserContent
EVENT = done(output=[USER])
PART_PATH = "$.response.output[0].content[0]"


def teach(order, register, mode="tolerant"):
    """Make a converter that *register* gives hooks before or after `configure`."""
    converter = Converter()
    steps = [lambda: register(converter), lambda: configure(converter, mode=mode)]
    for step in steps if order == "before" else reversed(steps):
        step()
    return converter


def events(converter):
    """Make an adapter for server events."""
    return DictAdapter(RealtimeServerEvent, converter=converter)


def sample():
    """Return the event that the tests encode."""
    return DictAdapter(RealtimeServerEvent).decode(EVENT)


def raiser(exc):
    """Make a hook that raises *exc*, on the way in or out."""

    def hook(_value, _type=None):
        raise exc

    return hook


both_orders = pytest.mark.parametrize("order", ["before", "after"])
any_error = pytest.mark.parametrize(
    "exc",
    [
        ValueError("no"),
        TypeError("no"),
        KeyError("text"),
        AttributeError("no"),
        RecursionError("no"),
        StopIteration("no"),
        AssertionError("no"),
        ExceptionGroup("no", [ValueError("inner")]),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "no"),
    ],
    ids=lambda exc: type(exc).__name__,
)


@both_orders
def test_a_hook_for_a_class_wins_deep_inside_others(order):
    """A content part in an item in a response in an event."""
    converter = teach(
        order, lambda c: c.register_structure_hook(Part, lambda value, _: [value])
    )
    event = events(converter).decode(EVENT)

    assert event.response.output[0].content == ([USER["content"][0]],)


@both_orders
def test_an_unstructure_hook_for_a_class_wins_deep_inside_others(order):
    """So it does on the way out."""
    converter = teach(
        order, lambda c: c.register_unstructure_hook(Part, lambda part: [part.type])
    )
    wire = events(converter).encode(sample())

    assert wire["response"]["output"][0]["content"] == [["input_text"]]


@both_orders
def test_a_hook_for_a_class_wins_at_the_top(order):
    """As anywhere in cattrs."""
    converter = teach(
        order, lambda c: c.register_structure_hook(Part, lambda value, _: [value])
    )

    assert DictAdapter(Part, converter=converter).decode({"a": 1}) == [{"a": 1}]


@both_orders
def test_a_hook_for_a_class_wins_inside_a_union(order):
    """The tag leads to the class, and the class to the hook."""
    converter = teach(
        order,
        lambda c: c.register_structure_hook(
            ResponseDoneEvent, lambda value, _: value["event_id"]
        ),
    )

    assert events(converter).decode(EVENT) == "e"


@both_orders
@pytest.mark.parametrize(
    ("union", "follow"),
    [
        (RealtimeServerEvent, lambda event: event),
        (RealtimeConversationItem, lambda event: event.response.output[0]),
    ],
)
def test_a_structure_hook_for_a_union_wins(union, follow, order):
    """`configure` promises that for classes and unions."""
    converter = teach(
        order, lambda c: c.register_structure_hook(union, lambda value, _: [value])
    )

    assert follow(events(converter).decode(EVENT))[0]["type"]


def test_an_unstructure_hook_for_a_union_wins():
    """Nested inside a response; `configure` asks to register such hooks after it."""
    converter = make_converter()
    converter.register_unstructure_hook(
        RealtimeConversationItem, lambda item: [item.type]
    )

    assert events(converter).encode(sample())["response"]["output"] == [["message"]]


def test_a_hook_for_an_alias_of_words_and_classes_wins():
    """`ToolChoice` is a union like any other to its user."""
    converter = make_converter()
    converter.register_structure_hook(ToolChoice, lambda value, _: [value])
    adapter = DictAdapter(ToolChoice, converter=converter)

    assert adapter.decode("auto") == ["auto"]


@both_orders
def test_a_structure_hook_for_unknown_wins_inside_a_union(order):
    """`Unknown` is one of our classes, and the likeliest to be replaced."""
    converter = teach(
        order, lambda c: c.register_structure_hook(Unknown, lambda value, _: [value])
    )

    assert events(converter).decode({"type": "new"}) == [{"type": "new"}]


@both_orders
def test_an_unstructure_hook_for_unknown_wins_inside_a_union(order):
    """On the way out the converter is asked."""
    converter = teach(
        order, lambda c: c.register_unstructure_hook(Unknown, lambda _: {"type": "?"})
    )

    assert events(converter).encode(Unknown(tag="a", payload={})) == {"type": "?"}


def test_a_later_hook_factory_wins():
    """By predicate, the latest registration counts, as always in cattrs."""
    converter = make_converter()
    converter.register_structure_hook_factory(
        lambda type_: type_ is RealtimeResponse, lambda _: lambda value, _: [value]
    )

    assert events(converter).decode(EVENT).response == [EVENT["response"]]


def test_a_hook_made_by_cattrs_serves_a_class_of_ours():
    """With cattrs' own renaming, say. Leaving ``extra`` out has to be explicit."""
    converter = make_converter()
    converter.register_unstructure_hook(
        RealtimeResponse,
        make_dict_unstructure_fn(
            RealtimeResponse,
            converter,
            _cattrs_omit_if_default=True,
            id=override(rename="ID"),
            extra=override(omit=True),
        ),
    )
    event = ResponseDoneEvent(event_id="e", response=RealtimeResponse(id="r"))

    assert events(converter).encode(event)["response"] == {"ID": "r"}


def wrapped(mode="tolerant"):
    """Wrap our own hooks for responses, as cattrs' documentation shows it."""
    converter = make_converter(mode=mode)
    structure = converter.get_structure_hook(RealtimeResponse)
    unstructure = converter.get_unstructure_hook(RealtimeResponse)
    converter.register_structure_hook(
        RealtimeResponse, lambda value, type_: structure({**value, "id": "new"}, type_)
    )
    converter.register_unstructure_hook(
        RealtimeResponse, lambda value: unstructure(value) | {"id": "old"}
    )
    return events(converter)


@pytest.mark.parametrize("mode", MODES)
def test_our_hook_can_be_wrapped(mode):
    """What the wrapper changes is changed, both ways."""
    adapter = wrapped(mode)

    assert adapter.decode(EVENT).response.id == "new"
    assert adapter.encode(sample())["response"]["id"] == "old"


@pytest.mark.parametrize("mode", ["strict", "tolerant"])
def test_a_wrapped_hook_says_what_is_wrong(mode):
    """The issue is that of our hook."""
    with pytest.raises(ValidationError) as caught:
        wrapped(mode).decode(done(conversation_id=5))

    assert str(caught.value) == "$.response.conversation_id: expected str, got int"


def test_a_wrapped_hook_forgives():
    """What it reads is read as without the wrapper."""
    event = wrapped("forgiving").decode(done(conversation_id=5))

    assert event.response.extra == {"conversation_id": 5}


def test_a_wrapped_hook_says_what_cannot_be_written():
    """On the way out too."""
    response = RealtimeResponse(conversation_id=5)
    with pytest.raises(EncodeError) as caught:
        wrapped().encode(ResponseDoneEvent(event_id="e", response=response))

    assert str(caught.value) == "$.response.conversation_id: expected str, got int"


def test_a_wrapped_hook_writes_what_only_the_slow_pass_takes():
    """A list for a tuple, for example."""
    response = RealtimeResponse(output_modalities=["audio"])
    wire = wrapped().encode(ResponseDoneEvent(event_id="e", response=response))

    assert wire["response"] == {"output_modalities": ["audio"], "id": "old"}


@any_error
@pytest.mark.parametrize("mode", ["strict", "tolerant"])
def test_what_a_nested_hook_raises_gets_a_path(exc, mode):
    """It becomes one issue, and no other exception."""
    converter = make_converter(mode=mode)
    converter.register_structure_hook(Part, raiser(exc))
    with pytest.raises(ValidationError) as caught:
        events(converter).decode(EVENT)

    (issue,) = caught.value.issues
    assert (issue.path, issue.expected) == (PART_PATH, Part.__name__)
    assert issue.got.startswith(f"{type(exc).__name__}: ")


@any_error
def test_what_a_nested_unstructure_hook_raises_gets_a_path(exc):
    """So it does on the way out, where it is an `EncodeError`."""
    converter = make_converter()
    converter.register_unstructure_hook(Part, raiser(exc))
    with pytest.raises(EncodeError) as caught:
        events(converter).encode(sample())

    (issue,) = caught.value.issues
    assert (issue.path, issue.expected) == (PART_PATH, Part.__name__)
    assert issue.got.startswith(f"{type(exc).__name__}: ")


@any_error
def test_what_a_hook_at_the_top_raises_gets_a_path(exc):
    """The path is the root, both ways."""
    converter = make_converter()
    converter.register_structure_hook(Part, raiser(exc))
    converter.register_unstructure_hook(Part, raiser(exc))
    adapter = JsonAdapter(Part, converter=converter)

    with pytest.raises(ValidationError, match=rf"^\$: expected {Part.__name__}, got "):
        adapter.decode("{}")
    with pytest.raises(EncodeError, match=rf"^\$: expected {Part.__name__}, got "):
        adapter.encode(Part())


@any_error
def test_a_value_whose_hook_raises_is_given_up_in_forgiving_mode(exc):
    """The nearest union gives the item up."""
    converter = make_converter(mode="forgiving")
    converter.register_structure_hook(Part, raiser(exc))
    event = events(converter).decode(EVENT)

    assert event.response.output == (Unknown(tag="message", payload=USER),)


def test_issues_that_a_hook_raises_keep_their_own_paths():
    """They are put below the place where the hook was called."""
    converter = make_converter()
    issues = (Issue(("text",), "a haiku", "prose"), Issue((), "calm", "haste"))
    converter.register_structure_hook(Part, raiser(ValidationError(issues)))
    with pytest.raises(ValidationError) as caught:
        events(converter).decode(EVENT)

    assert str(caught.value).splitlines() == [
        f"{PART_PATH}.text: expected a haiku, got prose",
        f"{PART_PATH}: expected calm, got haste",
    ]


def test_what_a_hook_raises_stands_beside_other_issues():
    """All problems come at once, in the order of the fields."""
    converter = make_converter()
    converter.register_structure_hook(RealtimeTool, raiser(ValueError("no")))
    converter.register_structure_hook(Part, raiser(ValueError("no")))
    with pytest.raises(ValidationError) as caught:
        events(converter).decode(done(id=5, output=[USER], usage=5))

    assert [issue.path for issue in caught.value.issues] == [
        "$.response.id",
        PART_PATH,
        "$.response.usage",
    ]


@pytest.mark.parametrize("exc", [EncodeError((Issue((), "a", "b"),)), DecodeError("x")])
def test_decoding_raises_nothing_but_validation_errors(exc):
    """Even if a user-defined hook raises another error of the library."""
    converter = make_converter()
    converter.register_structure_hook(Part, raiser(exc))
    with pytest.raises(ValidationError):
        DictAdapter(Part, converter=converter).decode({})


def test_encoding_raises_nothing_but_encode_errors():
    """Even if a user-defined hook raises another error of the library."""
    converter = make_converter()
    issues = (Issue((), "a", "b"),)
    converter.register_unstructure_hook(Part, raiser(ValidationError(issues)))
    with pytest.raises(EncodeError):
        DictAdapter(Part, converter=converter).encode(Part())


def test_an_interrupt_is_not_caught():
    """Only what derives from Exception is a complaint about data."""
    converter = make_converter()
    converter.register_structure_hook(Part, raiser(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        events(converter).decode(EVENT)


def test_a_hook_for_a_scalar_does_not_touch_our_classes():
    """What the user does with strings elsewhere is no business of the wire's."""
    converter = make_converter()
    for type_ in (str, int, bytes, bool, float):
        converter.register_structure_hook(type_, raiser(ValueError("no")))
        converter.register_unstructure_hook(type_, raiser(ValueError("no")))
    adapter = DictAdapter(RealtimeServerEvent, converter=converter)

    assert adapter.encode(adapter.decode(EVENT)) == EVENT


def test_a_hook_for_a_scalar_does_not_touch_our_unions():
    """Nor inside a session full of them."""
    converter = make_converter()
    converter.register_structure_hook(str, raiser(ValueError("no")))
    payload = update(tool_choice="auto", tracing="auto", max_output_tokens="inf")
    session = DictAdapter(SessionUpdateEvent, converter=converter).decode(payload)

    assert session.session.tool_choice == "auto"


def test_a_missing_field_of_the_users_type_is_told_by_its_name():
    """What came is nothing, so that there is nothing to ask the hook about."""

    @attrs.frozen(kw_only=True)
    class Appointment(Model):
        when: date

    converter = make_converter()
    converter.register_structure_hook(date, lambda value, _: date.fromisoformat(value))
    adapter = DictAdapter(Appointment, converter=converter)

    assert adapter.decode({"when": "2026-11-29"}).when == date(2026, 11, 29)
    with pytest.raises(ValidationError, match=r"expected date, got nothing$"):
        adapter.decode({})
