"""The common base of the typed websocket connections.

Each supported library has a module, such as `rtmodels.adapters.websockets`, with a
connection that sends and receives its frames. `TypedConnection` is their common type.
A loop over a connection skips frames that do not decode, and passes each to a callback
of the type `OnBadFrame`, which is `log_bad_frame` by default.
"""

from rtmodels.adapters._bad_frames import OnBadFrame, log_bad_frame
from rtmodels.adapters.connections._typed import TypedConnection

__all__ = ["OnBadFrame", "TypedConnection", "log_bad_frame"]
