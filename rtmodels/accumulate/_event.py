"""Events: what accumulators accept, and the check of it.

Any module of `rtmodels.accumulate` may import it; it imports none of them.
"""

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

from rtmodels.schema._model import Model, Unknown

Event = TypeVar("Event", bound=Model | Unknown)

EventHandler: TypeAlias = Callable[[Any, Any], None]
"""A method that handles events of one class."""


def check_event(event: object, union: str) -> None:
    """Check that *event* is one, and not a frame of the events called *union*.

    Raises:
        TypeError: It is not an event.
    """
    # Events that an accumulator has no use for have no effect. A raw frame must not
    # pass for one of them.
    if not isinstance(event, (Model, Unknown)):
        kind = type(event).__name__
        raise TypeError(
            f"feed() accepts an event, not {kind}: decode it first, "
            f"for example with JsonAdapter({union}).decode"
        )
