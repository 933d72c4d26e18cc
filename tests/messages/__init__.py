"""One call for each entry of the catalogue of error messages.

The keys of the tables are the entries. A call raises the error, or returns the text
that a user reads in its place.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Calls: TypeAlias = Mapping[str, Callable[[], Any]]
"""The calls by entry."""
