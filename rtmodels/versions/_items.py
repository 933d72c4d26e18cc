"""Renames the parts of assistant messages, which the two versions type differently.

A part that has the other version's type already, beside one that has not, gets it back
on the way back: it remembers the type in ``extra``, where a field hides it.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from attrs import evolve, frozen

from rtmodels.schema.content import RealtimeConversationItemMessageAssistantContent
from rtmodels.schema.items import RealtimeConversationItemMessageAssistant
from rtmodels.versions._rename import Convert, write_rename
from rtmodels.versions._words import PART_TYPES

__all__ = ["DOWNGRADE", "UPGRADE", "Message", "Part", "PartNames"]

Message = RealtimeConversationItemMessageAssistant
Part = RealtimeConversationItemMessageAssistantContent


@frozen(eq=False)
class PartNames:
    """What becomes of the types of parts, in one direction."""

    names: Mapping[Any, str]

    @cached_property
    def _rename(self) -> Convert:
        """What gives a part another name."""
        return write_rename(Part, Part, {"type": self.names.__getitem__})

    @cached_property
    def _rebuild(self) -> Convert:
        """What gives the parts of a message other names."""
        return write_rename(Message, Message, {"content": self._convert_content})

    def rename_part(self, part: Any) -> Any:
        """Give *part* its name in the other version."""
        if _remembers(part):
            extra = {key: value for key, value in part.extra.items() if key != "type"}
            return evolve(part, extra=extra or None)
        return self._rename(part) if part.type in self.names else part

    def convert(self, item: Any) -> Any:
        """Rename the parts of *item*, if any has a name of this version's own."""
        if item.__class__ is Message:
            for part in item.content:
                if part.type in self.names or _remembers(part):
                    return self._rebuild(item)
        return item

    def convert_all(self, item: Any) -> Any:
        """Rename the parts of *item*, and mark those that have the new name already.

        That is for items that are sure to be of the version to come from.
        """
        if item.__class__ is Message and item.content:
            return self._rebuild(item)
        return item

    def _convert_content(self, parts: tuple[Any, ...]) -> tuple[Any, ...]:
        """Rename *parts*, or note that they had the name of the other version."""
        return tuple([self._rename_or_mark(part) for part in parts])

    def _rename_or_mark(self, part: Any) -> Any:
        """Rename *part*, or note that it had the name of the other version."""
        renamed = self.rename_part(part)
        if renamed is part and part.type in self.names.values():
            return evolve(part, extra={**(part.extra or {}), "type": part.type})
        return renamed


def _remembers(part: Any) -> bool:
    """Tell whether *part* is to keep its type."""
    extra = part.extra
    return bool(extra) and part.type is not None and extra.get("type") == part.type


UPGRADE = PartNames(dict(PART_TYPES))
DOWNGRADE = PartNames({ga: beta for beta, ga in PART_TYPES})
