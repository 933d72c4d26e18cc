"""Frozen instances that are filled by plain attribute stores."""

from functools import cache
from typing import Any, TypeVar, cast

T = TypeVar("T")


@cache
def draft_of(cls: type[T]) -> type[T]:
    """Make the class whose instances are filled, and then become *cls* for good.

    The ``__init__`` of a frozen class stores through ``object.__setattr__``, a call for
    each attribute. Storing into a draft takes half the time:

        self = object.__new__(draft_of(cls))
        self.status = "completed"
        self.__class__ = cls

    A draft never leaves the generated function that fills it.
    """
    namespace = {
        "__slots__": (),
        "__setattr__": object.__setattr__,
        "__delattr__": object.__delattr__,
    }
    draft: Any = type(f"{cls.__name__}Draft", (cls,), namespace)
    return cast("type[T]", draft)
