"""Says in one form of words what is to go; whatever has a new name imports it.

A function, a class or a method is marked by the decorator, in these words, which
checkers show where it is used::

    @deprecated("make_x is deprecated since 0.2, use make_y; it goes on 2027-06-01")
    def make_x() -> X: ...

A parameter is marked by an overload for checkers, and by `rename_parameter` for those
who run the program::

    @overload
    def f(*, limit: int = ...) -> X: ...
    @overload
    @deprecated("f(size=) is deprecated since 0.2, use limit=; it goes on 2027-06-01")
    def f(*, size: int) -> X: ...
    @rename_parameter("size", "limit", since="0.2", goes="2027-06-01")
    def f(*, limit: int = 5) -> X: ...

A name that ``rtmodels`` serves lazily stands in its table ``_RENAMED``. A test fails on
the day on which something was to go.
"""

import sys
import warnings
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

if sys.version_info >= (3, 13):
    from warnings import deprecated
else:
    from typing_extensions import deprecated  # cattrs depends on it

__all__ = ["deprecated", "rename_parameter", "warn_renamed"]

R = TypeVar("R")


def rename_parameter(
    old: str, new: str, *, since: str, goes: str
) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """Let callers of a function name a parameter *old* that is called *new* now.

    Args:
        old: The name that is to go.
        new: The name that the function has for it.
        since: The version that warns first.
        goes: The day from which on the old name may be gone: ``2027-06-01``.
    """

    def decorate(function: Callable[..., R]) -> Callable[..., R]:
        name = function.__qualname__.removesuffix(".__init__")
        message = _say(f"{name}({old}=)", f"{new}=", since, goes)

        @wraps(function)
        def call(*args: Any, **given: Any) -> R:
            if old in given:
                if new in given:
                    raise TypeError(f"{name}() got {new}= twice, once as {old}=")
                warnings.warn(message, DeprecationWarning, stacklevel=2)
                given[new] = given.pop(old)
            return function(*args, **given)

        return call

    return decorate


def warn_renamed(module: str, old: str, new: str, since: str, goes: str) -> str:
    """Warn whoever asks *module* for the name *old*, and give the *new* one.

    It is called by the ``__getattr__`` of the module. Checkers do not report an alias,
    whatever it is marked with: ``Old: TypeAlias = New`` under ``TYPE_CHECKING`` keeps
    them content until it goes.
    """
    message = _say(f"{module}.{old}", new, since, goes)
    warnings.warn(message, DeprecationWarning, stacklevel=3)
    return new


def _say(name: str, use: str, since: str, goes: str) -> str:
    """Word the message."""
    return f"{name} is deprecated since {since}, use {use}; it goes on {goes}"
