"""Names that there are not are errors, though both packages load theirs lazily."""

import rtmodels
import rtmodels.adapters
from rtmodels import RealtimeRespones  # type: ignore[attr-defined]
from rtmodels.adapters import JsonAdaptor  # type: ignore[attr-defined]

rtmodels.RealtimeRespones  # type: ignore[attr-defined] # noqa: B018
rtmodels.adapters.JsonAdaptor  # type: ignore[attr-defined] # noqa: B018

__all__ = ["JsonAdaptor", "RealtimeRespones"]
