"""Exports that a package imports on first use."""

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

__all__ = ["export_lazily"]


def export_lazily(
    package: str, index: Mapping[str, Sequence[str]]
) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """Return ``__getattr__``, ``__dir__`` and ``__all__`` for *package*.

    Type checkers cannot follow this: they read the stub beside the package.

    Args:
        package: The ``__name__`` of the package.
        index: The names to export, by the module that defines them.
    """
    homes = {name: module for module, names in index.items() for name in names}
    namespace = vars(sys.modules[package])

    def load(name: str) -> Any:
        """Return the public *name*; import its module if that is still to do."""
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")

        # Kept in the package, so that Python asks here once for each name.
        value = namespace[name] = getattr(import_module(homes[name]), name)
        return value

    def list_names() -> list[str]:
        """Return the public names, loaded or not, and those that every module has."""
        dunders = {name for name in namespace if name[:2] == name[-2:] == "__"}
        return sorted({*homes, *dunders})

    return load, list_names, sorted(homes)
