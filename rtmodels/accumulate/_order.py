"""The order of the items of a conversation.

Only `_conversation_accumulator` may import it.
"""

from collections.abc import Iterator

from rtmodels.accumulate._state import ItemState

__all__ = ["ItemOrder"]


class ItemOrder:
    """A linked list of items, so that inserting in the middle and removing are cheap.

    With a Python list, a server that inserts each of many items after the first one
    would make every item cost more than the one before.
    """

    def __init__(self) -> None:
        """Begin with no items."""
        # The list is a ring: None comes before the first item and after the last.
        self._next: dict[ItemState | None, ItemState | None] = {None: None}
        self._previous: dict[ItemState | None, ItemState | None] = {None: None}

    def __iter__(self) -> Iterator[ItemState]:
        """Iterate over the items in order."""
        item = self._next[None]
        while item is not None:
            yield item
            item = self._next[item]

    @property
    def last(self) -> ItemState | None:
        """The last item; ``None`` if there are no items."""
        return self._previous[None]

    def insert(self, item: ItemState, previous: ItemState | None) -> None:
        """Insert *item* after *previous*, or at the start if that is ``None``."""
        following = self._next[previous]
        self._next[previous], self._next[item] = item, following
        self._previous[following], self._previous[item] = item, previous

    def remove(self, item: ItemState) -> None:
        """Remove *item*."""
        previous, following = self._previous.pop(item), self._next.pop(item)
        self._next[previous], self._previous[following] = following, previous
