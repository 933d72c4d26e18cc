"""The types on the wire: who sends an event, in which protocol, and its class."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any, get_args

from attrs import fields_dict

import rtmodels

__all__ = ["find_entries", "find_entry", "find_tag", "make_index", "tag_text"]

UNION = re.compile(r"(?P<protocol>\w*?)(?P<sender>Client|Server)Event")
"""The name of a union of events."""

WEBHOOK = re.compile(r"Webhook\w+(?<!Data)(?<!Header)")
"""The name of the class of a webhook."""

PROTOCOLS = {
    "Realtime": "GA",
    "RealtimeBeta": "beta",
    "RealtimeTranslation": "translation",
    "Live": "Live",
    "LiveSideband": "Live",
    "LiveFork": "Live",
    "VoiceLive": "Voice Live",
    "Glm": "GLM",
    "LocalAi": "LocalAI",
    "Qwen": "Qwen",
    "Vllm": "vLLM",
    "Xai": "xAI",
}
"""How the index calls a protocol, by what the names of its unions begin with."""


SENDERS = {"Client": "by clients", "Server": "by servers"}


@dataclass
class Entry:
    """One type on the wire with one class."""

    tag: str
    cls: type
    senders: list[str] = field(default_factory=list)
    protocols: list[str] = field(default_factory=list)

    @property
    def segment(self) -> str:
        """The first segment of the type."""
        return self.tag.partition(".")[0]

    @property
    def uses(self) -> str:
        """Who sends it in which protocols."""
        protocols = ", ".join(self.protocols)
        return f"sent {' or '.join(self.senders)} ({protocols})"


@cache
def find_entries() -> tuple[Entry, ...]:
    """Return the entries of all events and webhooks, by type on the wire."""
    entries: dict[type, Entry] = {}
    for cls, sender, protocol in _find_uses():
        tag = find_tag(cls)
        if tag:
            entry = entries.setdefault(cls, Entry(tag, cls))
            entry.senders += [sender] * (sender not in entry.senders)
            entry.protocols += [protocol] * (protocol not in entry.protocols)
    # The order of the protocols decides between classes of one type.
    key = attrgetter("segment", "tag")
    return tuple(sorted(entries.values(), key=key))


def _find_uses() -> Iterator[tuple[type, str, str]]:
    """Yield the classes in all unions of events, and those of webhooks."""
    unions = {
        match: getattr(rtmodels, match[0])
        for match in map(UNION.fullmatch, rtmodels.__all__)
        if match and match["protocol"] in PROTOCOLS
    }
    names = list(PROTOCOLS)
    for match in sorted(unions, key=lambda match: names.index(match["protocol"])):
        for cls in get_args(unions[match]):
            yield cls, SENDERS[match["sender"]], PROTOCOLS[match["protocol"]]

    for name in filter(WEBHOOK.fullmatch, rtmodels.__all__):
        yield (
            getattr(rtmodels, name),
            "as a webhook",
            "Live" if "Live" in name else "GA",
        )


def find_tag(cls: Any) -> str | None:
    """Return the type on the wire of a class, if it has one."""
    if not hasattr(cls, "__attrs_attrs__"):
        return None
    known = fields_dict(cls).get("type")
    return known.default if known and isinstance(known.default, str) else None


def tag_text(cls: Any) -> str:
    """Return the text that follows the name of a class in a list."""
    tag = find_tag(cls)
    return f": ``{tag}``" if tag else ""


def find_entry(name: str) -> Entry | None:
    """Return the entry of the class *name*, if it is an event or a webhook."""
    cls = getattr(rtmodels, name, None)
    return next((entry for entry in find_entries() if entry.cls is cls), None)


def make_index() -> Iterator[tuple[str, str]]:
    """Yield the lists of types, one for each first segment of a type, with its name."""
    for segment, entries in groupby(find_entries(), lambda entry: entry.segment):
        items = [
            f"``{tag}``\n"
            + "\n".join(f"    * `{each.cls.__name__}`, {each.uses}" for each in same)
            for tag, same in groupby(entries, lambda entry: entry.tag)
        ]
        yield segment, ".. rst-class:: wire-types\n\n" + "\n\n".join(items)
