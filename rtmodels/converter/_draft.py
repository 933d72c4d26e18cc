"""Frozen instances that are filled by plain attribute stores."""

from functools import cache
from typing import Any, TypeVar, cast

T = TypeVar("T")


@cache
def draft_of(cls: type[T]) -> type[T]:
    """Make the class whose instances are filled, and then become *cls* for good.

    The ``__init__`` of a frozen class stores through ``object.__setattr__``, a call for
    each attribute. Storing into a draft takes half the time::

        self = draft_of(cls)()
        self.status = "completed"
        self.__class__ = cls

    A draft never leaves the generated function that fills it. Its class has the slots
    of *cls*, so that the two can be exchanged, and is no subclass of it, so that nobody
    who asks *cls* for its subclasses finds it.
    """
    namespace: dict[str, Any] = {
        "__init__": object.__init__,
        "__setattr__": object.__setattr__,
        "__delattr__": object.__delattr__,
    }
    if "__slots__" in vars(cls):
        namespace["__slots__"] = vars(cls)["__slots__"]
    draft: Any = type(f"{cls.__name__}Draft", cls.__bases__, namespace)
    return cast("type[T]", draft)
