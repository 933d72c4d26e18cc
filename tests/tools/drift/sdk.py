"""Says what openai-python's classes have beyond ours.

They are a second source beside the published schema, which they are ahead of at times.
Strict mode reads values that are made of them: whatever it rejects is a difference.
Any version can be compared: the one that Python imports is.

    pip install --no-deps --target FOLDER openai==3.40.0
    PYTHONPATH=FOLDER python -m tests.tools.drift --sdk
"""

import copy
import inspect
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any, Literal, NamedTuple, TypeAlias, get_args, get_origin

import attrs
import openai

import rtmodels
from rtmodels import Issue, Model, Unknown
from rtmodels.adapters import DictAdapter
from rtmodels.schema import upstream
from rtmodels.schema._docstrings import read_docs

from ..differential.cases import (
    FILLER,
    at,
    cases,
    classes_in,
    complete,
    is_sdk_class,
    read,
)
from .additions import ADDITIONS, Addition, read_additions, read_facts
from .sources import HOMES

Loc: TypeAlias = tuple[str | int, ...]
Owners: TypeAlias = Mapping[Loc, Any]

HERE = "tests/tools/drift/sdk.py"
LISTED_FOR = "3.57.0"
"""The version of openai-python that the lists below are for."""

PAIRS = {
    "RealtimeServerEvent": ["realtime.RealtimeServerEvent"],
    "RealtimeClientEvent": [
        "realtime.RealtimeClientEvent",
        "realtime.RealtimeClientEventParam",
        "realtime.ResponseCreateEventWithReferencesParam",
    ],
    "RealtimeTranslationServerEvent": ["realtime.RealtimeTranslationServerEvent"],
    "RealtimeTranslationClientEvent": [
        "realtime.RealtimeTranslationClientEvent",
        "realtime.RealtimeTranslationClientEventParam",
    ],
    "RealtimeBetaServerEvent": ["beta.realtime.RealtimeServerEvent"],
    "RealtimeBetaClientEvent": [
        "beta.realtime.RealtimeClientEvent",
        "beta.realtime.RealtimeClientEventParam",
    ],
    "RealtimeCallCreateRequest": ["realtime.CallCreateParams"],
    "RealtimeCallReferRequest": ["realtime.CallReferParams"],
    "RealtimeCallRejectRequest": ["realtime.CallRejectParams"],
    "RealtimeCreateClientSecretRequest": ["realtime.ClientSecretCreateParams"],
    "RealtimeCreateClientSecretResponse": ["realtime.ClientSecretCreateResponse"],
    "RealtimeSessionCreateRequest": ["realtime.CallAcceptParams"],
    "RealtimeTranslationClientSecretCreateRequest": [
        "realtime.translations.ClientSecretCreateParams"
    ],
    "RealtimeTranslationClientSecretCreateResponse": [
        "realtime.RealtimeTranslationClientSecretCreateResponse"
    ],
    "RealtimeBetaSessionCreateRequest": ["beta.realtime.SessionCreateParams"],
    "RealtimeBetaSessionCreateResponse": ["beta.realtime.SessionCreateResponse"],
    "RealtimeBetaTranscriptionSessionCreateRequest": [
        "beta.realtime.TranscriptionSessionCreateParams"
    ],
    "RealtimeBetaTranscriptionSessionCreateResponse": [
        "beta.realtime.TranscriptionSession"
    ],
    "WebhookRealtimeCallIncoming": ["webhooks.RealtimeCallIncomingWebhookEvent"],
    "LiveServerEvent": ["live.ServerEvent"],
    "LiveClientEvent": ["live.ClientEvent", "live.ClientEventParam"],
    "LiveSidebandServerEvent": ["live.ConnectServerEvent"],
    "LiveSidebandClientEvent": [
        "live.ConnectClientEvent",
        "live.ConnectClientEventParam",
    ],
    "LiveForkServerEvent": ["live.ForkServerEvent"],
    "LiveForkClientEvent": ["live.ForkClientEvent", "live.ForkClientEventParam"],
    "LiveSessionCreateRequest": ["live.LiveCreateParams"],
    "LiveSessionCreateResponse": ["live.LiveCreateResponse"],
    "LiveSessionAcceptRequest": ["live.SessionAcceptParams"],
    "LiveSessionForkRequest": ["live.SessionForkParams"],
    "LiveSessionForkResponse": ["live.SessionForkResponse"],
    "LiveSessionReferRequest": ["live.SessionReferParams"],
    "LiveSessionRejectRequest": ["live.SessionRejectParams"],
    "WebhookLiveCallIncoming": ["webhooks.LiveCallIncomingWebhookEvent"],
    "WebhookLiveTransportConnected": ["webhooks.LiveTransportConnectedWebhookEvent"],
    "WebhookLiveTransportIncoming": ["webhooks.LiveTransportIncomingWebhookEvent"],
}
"""Our classes and unions that are compared, and what the SDK has for the same."""

MODULES = ("realtime", "realtime.translations", "beta.realtime", "live")
"""The modules of the SDK whose classes all have to be compared."""

NOT_COMPARED = {
    "realtime.RealtimeConnectParams": "the query in the address of a websocket",
    "beta.realtime.RealtimeConnectParams": "the query in the address of a websocket",
    "live.SidebandConnectParams": "the query in the address of a websocket",
    "realtime.ResponseItemReference": "no class holds it; its TypedDict is compared",
}
"""Classes of these modules that are compared with none, and why."""

ENDING = {
    "RealtimeModel": "realtime.RealtimeSessionCreateRequest",
    "TranscriptionModel": "realtime.AudioTranscription",
}
"""Where our docstrings and the SDK's name the models whose end is announced."""


class KnownSdk(NamedTuple):
    """What the SDK is meant to have beyond ours."""

    pair: str
    """A pattern of our classes and unions in `PAIRS`."""

    place: str
    """A pattern of places."""

    what: str
    """The beginning of what the SDK has there."""

    reason: str
    until: str | None = None
    """A version that has it no more."""

    def explains(self, difference: "SdkDifference") -> bool:
        """Check whether *difference* is this one."""
        return bool(
            not (self.until and is_at_least(self.until))
            and re.fullmatch(self.pair, difference.pair)
            and re.fullmatch(self.place, difference.place)
            and difference.what.startswith(self.what)
        )


BETA = "RealtimeBeta.*"
ABSENT = "lets the key be absent"
KEY = "has the key"
WORD = "has the word"
TEXT = "has any text"
ONE_CLASS = "the SDK's beta has one class for all items, which requires no key"
ONE_VAD = "the SDK's beta has one class for all ways to find turns"
KNOWN_SDK = [
    KnownSdk(
        "RealtimeServerEvent",
        r"Realtime(Transcription)?SessionCreateResponse\.(id|object)",
        ABSENT,
        "the SDK has the request's class in `session.created`; servers send both keys",
    ),
    KnownSdk(
        "RealtimeCreateClientSecretResponse",
        r"RealtimeTranscription.*TurnDetection\.type",
        TEXT,
        "text here, and one of our two words in the SDK's `session.created`",
    ),
    KnownSdk(BETA, r".*\.(item|input|output)\.type", ABSENT, ONE_CLASS),
    KnownSdk(BETA, r"RealtimeConversationItem.*", ABSENT, ONE_CLASS),
    KnownSdk(BETA, r"RealtimeConversationItem.*", KEY, ONE_CLASS),
    KnownSdk(BETA, r"RealtimeConversationItem.*Content\.type", WORD, ONE_CLASS),
    KnownSdk(BETA, r"ResponseItemReference\.id", ABSENT, ONE_CLASS),
    KnownSdk(BETA, r"ResponseItemReference\.role", KEY, ONE_CLASS),
    KnownSdk(BETA, r"RealtimeSession\.turn_detection\.type", ABSENT, ONE_VAD),
    KnownSdk(BETA, r"RealtimeTurnDetectionServerVad\.eagerness", KEY, ONE_VAD),
    KnownSdk(BETA, r".*\.(tool_choice|include)", TEXT, "text to the SDK's beta"),
    KnownSdk(
        BETA,
        r"RealtimeBetaTurnDetection\.type|RealtimeBeta.*\.(in|out)put_audio_format",
        WORD,
        "any text to OpenAI's schema",
    ),
    KnownSdk(
        "Live.*",
        r"Live(Commentary|Instructions|Thinking)Append\.delegation_id",
        ABSENT,
        "a nullable key has a default in the SDK's models; its TypedDicts require it",
    ),
    KnownSdk(
        "Live.*Server.*",
        r"LiveDecisionEvent\.(delegation_id|source_event_(id|type)|trigger_id)",
        ABSENT,
        "a nullable key has a default in the SDK's models; openai-node requires it",
    ),
    KnownSdk(
        "RealtimeCreateClientSecretResponse",
        r"RealtimeSessionCreateResponse\.client_secret",
        KEY,
        "the SDK had the beta's session here",
        until="2.36.0",
    ),
    KnownSdk(
        "RealtimeCreateClientSecretResponse",
        r"RealtimeSessionCreateResponse\.(id|object)",
        ABSENT,
        "the SDK had the beta's session here",
        until="2.36.0",
    ),
    KnownSdk(
        "RealtimeServerEvent",
        r"ResponseFunctionCallArgumentsDoneEvent\.name",
        ABSENT,
        "OpenAI's schema and captures have it",
        until="2.22.0",
    ),
    KnownSdk(
        ".*",
        r"AudioTranscription(Response)?\.model",
        f"{WORD} 'gpt-4o-transcribe-latest'",
        "a model that OpenAI's schema never named",
        until="2.8.0",
    ),
]
"""Where ours are meant to have less, and why; each has to be a difference."""


class SdkDifference(NamedTuple):
    """A key, or a word, a class or a type for its value, that only the SDK has."""

    pair: str
    """The name of our class or union in `PAIRS`."""

    place: str
    """Our class that is nearest, and the keys from there on."""

    what: str
    """What the SDK has there."""


def report_sdk() -> Iterator[str]:
    """Yield what to mend: differences that are not listed, and lists that are wrong."""
    comparison = compare_sdk()
    yield from report_differences(comparison)
    yield from report_facts(comparison)
    if is_at_least(LISTED_FOR):
        yield from report_lists(comparison)
        yield from report_uncompared()
        yield from report_ends()


def report_differences(comparison: "Comparison") -> Iterator[str]:
    """Yield the differences that are not listed, each once."""
    unlisted = [
        f"{difference.place}: openai-python {openai.__version__} {difference.what}"
        for difference in sorted(comparison.differences)
        if not any(known.explains(difference) for known in KNOWN_SDK)
    ]
    yield from dict.fromkeys(unlisted)


def report_lists(comparison: "Comparison") -> Iterator[str]:
    """Yield what is in the lists, and no longer in the SDK."""
    for name in comparison.missing:
        yield f"{HERE}: PAIRS: openai-python has no {name} any more"
    for known in KNOWN_SDK:
        if not known.until and not any(map(known.explains, comparison.differences)):
            yield f"{HERE}: KNOWN_SDK: remove {known.place}"


def report_uncompared() -> Iterator[str]:
    """Yield the classes in `MODULES` that no pair holds, and is meant to leave out."""
    sources = [find_sdk(name) for names in PAIRS.values() for name in names]
    compared = set[Any]().union(*map(classes_in, sources))
    found = {
        f"{module}.{name}"
        for module in MODULES
        for name, value in vars(import_module(f"openai.types.{module}")).items()
        if is_sdk_class(value) and value not in compared
    }
    for name in sorted(found ^ NOT_COMPARED.keys()):
        todo = (
            f"remove {name}" if name in NOT_COMPARED else f"add {name}, or compare it"
        )
        yield f"{HERE}: NOT_COMPARED: {todo}"


def report_ends() -> Iterator[str]:
    """Yield models whose end only the SDK announces, or only our docstrings."""
    for alias, name in ENDING.items():
        doc = read_docs(HOMES[alias]).names[alias]
        source = " ".join(inspect.getsource(find_sdk(name)).split())
        announced = {
            (model, date)
            for models, date in re.findall(
                r'- ("[^:]+"): Announced shutdown date: ([\d-]+)', source
            )
            for model in re.findall('"(.+?)"', models)
        }
        for model, date in announced:
            if f"`{model}`" not in doc or date not in doc:
                yield f"{HOMES[alias]}: {alias}: say that {model} ends on {date}"
        for model in {*re.findall("`(.+?)`", doc)} - {model for model, _ in announced}:
            yield f"{HOMES[alias]}: {alias}: the end of {model} is not announced"


def report_older() -> Iterator[str]:
    """Yield what an older SDK is known to lack."""
    comparison = compare_sdk()
    if not is_at_least(LISTED_FOR):
        yield from (f"compared with nothing: {name}" for name in comparison.missing)
    for addition in read_additions():
        if addition.since and is_expected(addition) is False:
            yield f"{addition.place}: openai-python {addition.since} brought it"


def report_facts(comparison: "Comparison") -> Iterator[str]:
    """Yield the additions whose ``since`` is not what this version of the SDK shows."""
    for addition in read_additions():
        has = comparison.has(addition)
        if has is not is_expected(addition) is not None:
            verb = "has" if has else "lacks"
            yield (
                f"{ADDITIONS.name}: {addition.place}: openai-python"
                f" {openai.__version__} {verb} it: correct `since`"
            )


def is_expected(addition: Addition) -> bool | None:
    """Check whether this version has to have an addition; None if that is not known."""
    if addition.since is None:
        return False
    if is_at_least(addition.since):
        return True
    return None if addition.since.startswith("before") else False


def is_at_least(version: str) -> bool:
    """Check whether the SDK is of *version* or newer; other words do not count."""
    installed, other = (
        tuple(map(int, re.findall(r"\d+", text)[:3]))
        for text in (openai.__version__, version)
    )
    return installed >= other


@cache
def compare_sdk() -> "Comparison":
    """Compare all pairs."""
    comparison = Comparison()
    for pair, names in PAIRS.items():
        for name in names:
            if (theirs := find_sdk(name)) is None:
                comparison.missing.append(name)
            else:
                comparison.compare(pair, getattr(rtmodels, pair), theirs)
    return comparison


def find_sdk(name: str) -> Any:
    """Return the class or union called *name*, or None if this version lacks it."""
    module, _, attribute = name.rpartition(".")
    try:
        return getattr(import_module(f"openai.types.{module}"), attribute, None)
    except ImportError:
        return None


class Comparison:
    """What strict mode rejects of the values that are made of the SDK's classes."""

    version: str = openai.__version__

    def __init__(self) -> None:
        """Begin with nothing compared."""
        self.differences: set[SdkDifference] = set()
        self.missing: list[str] = []
        """The names that this version of the SDK lacks."""

        self.verdicts: dict[str, Counter[bool]] = defaultdict(Counter)
        """How many values strict mode accepted, and how many not, for each pair."""

        self._seen: set[tuple[type[Model], str]] = set()

    def compare(self, pair: str, ours: Any, theirs: Any) -> None:
        """Read all values of *theirs* as *ours*."""
        strict = DictAdapter(ours, mode="strict")
        forgiving = DictAdapter(ours, mode="forgiving")
        for value in cases(theirs):
            whole = copy.deepcopy(value)
            issues = complete(strict, whole)
            self.verdicts[pair][not issues] += 1
            owners = dict(owners_of(value, read(forgiving, whole)[0]))
            found = {*new_words(value, owners)}
            for issue in issues:
                place = place_of(issue, owners) or f"{pair}{issue.path[1:]}"
                if (place, f"{WORD} {issue.got}") not in found:
                    found.add((place, describe(issue)))
            self.differences.update(
                SdkDifference(pair, place, what) for place, what in found
            )
            for loc, cls in owners.items():
                self._seen.update((cls, path) for path in paths_of(at(value, loc)))

    def has(self, addition: Addition) -> bool:
        """Check whether the SDK has all that is in *addition*."""
        cls = upstream(addition.schema)
        facts = facts_of(addition.path, addition.fact)
        return all((cls, path) in self._seen for path in facts)


def owners_of(
    payload: Any, value: Any, loc: Loc = ()
) -> Iterator[tuple[Loc, type[Model]]]:
    """Yield where in *payload* the objects are that *value* has our classes for."""
    match value:
        case Model():
            yield loc, type(value)
            for key in payload:
                item = getattr(value, key, None)
                yield from owners_of(payload[key], item, (*loc, key))
        case Unknown(expected=cls) if cls is not None:
            yield loc, cls
        case tuple():
            for index, item in enumerate(value):
                yield from owners_of(payload[index], item, (*loc, index))
        case Mapping():
            for key, item in value.items():
                yield from owners_of(payload[key], item, (*loc, key))


def place_of(issue: Issue, owners: Owners) -> str | None:
    """Name our class around *issue* that is nearest, and the keys from there on."""
    for depth in range(len(issue.loc) - 1, -1, -1):
        if cls := owners.get(issue.loc[:depth]):
            keys = [step for step in issue.loc[depth:] if isinstance(step, str)]
            return ".".join([cls.__name__, *keys])
    return None


def new_words(value: Any, owners: Owners) -> Iterator[tuple[str, str]]:
    """Yield where *value* has a word that our field does not name.

    No mode tells it from others in open sets, and where we have any text.
    """
    for loc, cls in owners.items():
        for key, held in at(value, loc).items():
            named = words_by_key(cls).get(key)
            for word in held if isinstance(held, list) else [held]:
                is_word = isinstance(word, str) and word != FILLER
                if is_word and named is not None and word not in named:
                    yield f"{cls.__name__}.{key}", f"{WORD} {word!r}"


@cache
def words_by_key(cls: Any) -> dict[str, set[Any]]:
    """Return the words that each of our fields names."""
    return {field.name: words_of(field.type) for field in attrs.fields(cls)}


def words_of(annotation: Any) -> set[Any]:
    """Return the words that *annotation* names."""
    args = get_args(annotation)
    if get_origin(annotation) is Literal:
        return {*args}
    return set[Any]().union(*map(words_of, args))


def describe(issue: Issue) -> str:
    """Describe what the SDK has there, unlike us."""
    match issue:
        case Issue(got="nothing"):
            return ABSENT
        case Issue(expected="no such key"):
            return f"{KEY}, with {issue.got}"
        case Issue(expected="a known type"):
            return f"has the type {issue.got}"
        case Issue(got=got) if got == repr(FILLER):
            return f"{TEXT}, and not {issue.expected}"
    return f"has {issue.got}, and not only {issue.expected}"


def paths_of(value: Any, path: str = "") -> Iterator[str]:
    """Yield the path of each place in *value*, and of its text."""
    yield path
    match value:
        case dict():
            for key, item in value.items():
                yield from paths_of(item, f"{path}.{key}" if path else key)
        case list():
            for item in value:
                yield from paths_of(item, f"{path}[]")
        case str() if value != FILLER:
            yield f"{path}={value}"


def facts_of(path: str, fact: Mapping[str, Any]) -> Iterator[str]:
    """Yield the paths that *fact* says values have, in the form of `paths_of`."""
    match fact:
        case {"add_member": member}:
            yield from facts_of(path, member)
        case {"$ref": ref}:
            yield from facts_of(path, read_facts()[ref.rpartition("/")[2]])
        case {"properties": properties}:
            for key, item in properties.items():
                yield from facts_of(f"{path}.{key}", item)
        case {"anyOf": variants}:
            for variant in variants:
                yield from facts_of(path, variant)
        case {"items": items}:
            yield from facts_of(f"{path}[]", items)
        case {"enum": words}:
            yield from (f"{path}={word}" for word in words)
        case _:
            yield path
