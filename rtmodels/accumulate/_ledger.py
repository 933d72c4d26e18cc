"""What the responses and the conversation of one session share."""

from typing import Any

from attrs import define, field

from rtmodels.accumulate._growth import Growth
from rtmodels.accumulate._items import GrowingItem
from rtmodels.accumulate._mismatch import Mismatch, MismatchKind, excerpt, locate
from rtmodels.schema.audio import RealtimeAudioFormats
from rtmodels.schema.items import RealtimeConversationItem


@define(eq=False)
class Ledger:
    """The items by id, what was found wrong, and how audio is encoded."""

    gathers_audio: bool

    items: dict[str | None, GrowingItem] = field(factory=dict)
    """The items by id; none has the id ``None``."""

    mismatches: list[Mismatch] = field(factory=list)

    format: RealtimeAudioFormats | None = None
    """How the session encodes what the model says."""

    changed: bool = False
    """Whether any item has changed since somebody last reset this."""

    def finish(
        self, item: GrowingItem, said: RealtimeConversationItem, event: Any
    ) -> None:
        """Compare *item* with *said*, which counts, and report how they differ."""
        index = None if item.response_id is None else item.output_index
        for kind, expected, got, content_index in item.finish(said):
            place = {"item_id": item.id, "content_index": content_index}
            self.contradict(kind, event, expected, got, output_index=index, **place)

    def contradict(
        self, kind: MismatchKind, event: Any, expected: Any, got: Any, **place: Any
    ) -> None:
        """Report that *event* says something else than what came before it."""
        self._report(kind, event, *excerpt(expected, got), **place)

    def report_unannounced(self, event: Any, missing: str) -> None:
        """Report that *event* came without *missing* before it."""
        self._report("unannounced", event, missing, "nothing")

    def report_repeated(self, event: Any) -> None:
        """Report that *event* says for the second time what happens once."""
        self._report("repeated", event, "nothing", event.type)

    def report_late(self, event: Any) -> None:
        """Report that *event* came after the end of what it is about."""
        self._report("late", event, "nothing", event.type)

    def refuse(self, growth: Growth[Any], event: Any) -> None:
        """Report a delta that comes after the end, the first time that one does."""
        if not growth.quiet:
            growth.quiet = True
            self.report_late(event)

    def _report(
        self, kind: MismatchKind, event: Any, expected: str, got: str, **place: Any
    ) -> None:
        """Keep the record of what *event* brought to light."""
        self.mismatches.append(
            Mismatch(
                kind=kind, expected=expected, got=got, **{**locate(event), **place}
            )
        )
