"""Missing names are errors, though both packages load theirs lazily; never run."""

from typing import assert_type

import rtmodels
import rtmodels.adapters
from rtmodels import RealtimeRespones  # type: ignore[attr-defined]
from rtmodels.adapters import JsonAdaptor  # type: ignore[attr-defined]

rtmodels.RealtimeRespones  # type: ignore[attr-defined] # noqa: B018
rtmodels.adapters.JsonAdaptor  # type: ignore[attr-defined] # noqa: B018

assert_type(rtmodels.__version__, str)
assert_type(rtmodels.__all__, list[str])
assert_type(rtmodels.adapters.__all__, list[str])

__all__ = ["JsonAdaptor", "RealtimeRespones"]
