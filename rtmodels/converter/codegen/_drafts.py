"""Frozen instances that are filled by plain attribute stores."""

from functools import cache
from typing import Any, TypeVar, cast

__all__ = ["draft_of"]

T = TypeVar("T")


@cache
def draft_of(cls: type[T]) -> type[T]:
    """Return the class whose instances are filled, and then become *cls* for good.

    The ``__init__`` of a frozen class stores through ``object.__setattr__``, a call for
    each attribute. Storing into a draft takes half the time::

        self = draft_of(cls)()
        self.status = "completed"
        self.__class__ = cls

    A draft never leaves the generated function that fills it. Its class adds no slots
    to *cls*, so that the two can be exchanged, at less cost than between siblings.
    """
    namespace: dict[str, Any] = {
        "__init__": object.__init__,
        # CPython fills one slot, tp_setattro, from these two names together. Were
        # either inherited from the frozen class, every store would call into Python.
        "__setattr__": object.__setattr__,
        "__delattr__": object.__delattr__,
        "__borrows_layout__": True,  # `Model.__subclasses__` leaves it out
    }
    if "__slots__" in vars(cls):
        namespace["__slots__"] = ()
    return cast("type[T]", type(f"{cls.__name__}Draft", (cls,), namespace))
