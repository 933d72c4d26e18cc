"""Lazy exports: a package imports its public names on first use."""

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

__all__ = ["export_lazily"]


def export_lazily(
    package: str, index: Mapping[str, Sequence[str]]
) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """Return ``__getattr__``, ``__dir__`` and ``__all__`` for *package*.

    Type checkers cannot follow lazy exports. They read the stub beside the package.

    Args:
        package: The ``__name__`` of the package.
        index: The names to export, by the module that defines them.
    """
    homes = {name: module for module, names in index.items() for name in names}
    namespace = vars(sys.modules[package])

    def load(name: str) -> Any:
        """Return the public *name*, and import its module if necessary."""
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")

        # Python calls ``__getattr__`` only for names that the package lacks, so storing
        # the value makes this the only call for *name*.
        value = namespace[name] = getattr(import_module(homes[name]), name)
        return value

    def list_names() -> list[str]:
        """Return all public names, loaded or not, and the dunder names of modules."""
        dunders = {name for name in namespace if name[:2] == name[-2:] == "__"}
        return sorted({*homes, *dunders})

    return load, list_names, sorted(homes)
