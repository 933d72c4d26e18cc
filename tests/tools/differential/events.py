"""Compares what the library and openai-python make of the same events."""

from collections import Counter, defaultdict
from typing import Any, get_args

import attrs
import orjson
from pydantic import ValidationError as Invalid

from rtmodels import RtmodelsError, Unknown, ValidationError
from rtmodels.adapters import DictAdapter, JsonAdapter

from ...exact_json import load_exactly
from .cases import cases, complete
from .inputs import captured, generate, sample, write
from .known import GROUPS, ONE_FOR_SEVERAL, Refused
from .sdk import FAMILIES, classes, differences, held, mistaken


class EventTally:
    """What came of the comparison of one family of events, counted."""

    def __init__(self, family: str) -> None:
        """Begin at nought."""
        self.name = family
        self.family = FAMILIES[family]
        self.tolerant = JsonAdapter(self.family.ours)
        self.strict = JsonAdapter(self.family.ours, mode="strict")
        self.counts: Counter[str] = Counter()
        self.reasons: Counter[tuple[str, str]] = Counter()
        self.unlisted: list[str] = []
        self.places: dict[tuple[str, str], set[str]] = defaultdict(set)
        """The SDK's classes that appeared in place of each of our classes."""

    def run(self, examples: int) -> None:
        """Compare so many texts for each event, the SDK's, and those recorded."""
        events = [cls for cls in get_args(self.family.ours) if cls is not Unknown]
        for cls in events:
            generate(cls, lambda _, text: self.take(text), examples)
        for direction, shape, text in captured():
            if self.name.lower() == f"{shape}, {direction}":
                self.take(text)
        strict = DictAdapter(self.family.ours, mode="strict")
        for case in cases(self.family.theirs):
            complete(strict, case)
            self.take(write(case))
        types = {attrs.fields(cls).type.default for cls in events}
        for text in sample() if self.name.startswith("GA") else ():
            if orjson.loads(text)["type"] in types:
                self.take(text)

    def take(self, text: bytes) -> None:
        """Compare what the library and the SDK make of one text."""
        ours, issues = self.read(self.tolerant, text)
        try:
            theirs = self.family.adapter.validate_json(text, strict=True)
            errors = []
        except Invalid as exc:
            theirs, errors = None, exc.errors()
        match ours is not None, theirs is not None:
            case True, True:
                self.compare(text, ours, theirs)
            case True, False:
                self.counts["only we"] += 1
                constructed = self.family.construct(load_exactly(text))
                self.counts["construct errs"] += any(mistaken(constructed))
                self.explain_ours(text, errors)
            case False, True:
                self.counts["only the SDK"] += 1
                refused = [Refused(issue, theirs) for issue in issues]
                self.explain("only the SDK", text, refused)
            case _:
                self.counts["neither"] += 1

    def read(self, adapter: JsonAdapter[Any], text: bytes) -> tuple[Any, Any]:
        """Return what *adapter* makes of *text*, or else its issues."""
        try:
            return adapter.decode(text), ()
        except ValidationError as exc:
            return None, exc.issues
        except RtmodelsError:
            return None, ()

    def compare(self, text: bytes, ours: Any, theirs: Any) -> None:
        """Compare values and classes of what both accept."""
        found = list(differences(held(ours), held(theirs)))
        self.counts["differ" if found else "equal"] += 1
        if found:
            self.explain("values", text, found)
        for path, our_class, their_class in classes(ours, theirs):
            place = self.places[path, our_class]
            place.add(their_class)
            if len(place) > 1 and our_class not in ONE_FOR_SEVERAL:
                self.unlisted.append(f"{self.name}: {path}: {our_class} is {place}")

    def explain_ours(self, text: bytes, errors: list[Any]) -> None:
        """Record why only the library accepts *text*; its strict mode may reject it."""
        _, issues = self.read(self.strict, text)
        for one in GROUPS["off schema"]:
            if any(one.explains(self.name, issue) for issue in issues):
                self.reasons["off schema", one.name] += 1
                return
        self.explain("only we", text, errors)

    def explain(self, group: str, text: bytes, found: list[Any]) -> None:
        """Count differences by their names, and keep *text* if one is not listed."""
        names = [self.find(group, difference) for difference in found]
        if None in names or not names:
            self.unlisted.append(f"{self.name}: {group}: {found} in {text!r}")
        self.reasons.update((group, name) for name in {*names} if name)

    def find(self, group: str, difference: Any) -> str | None:
        """Return the name of the entry that explains a difference."""
        for one in GROUPS[group]:
            if one.explains(self.name, difference):
                return one.name
        return None
