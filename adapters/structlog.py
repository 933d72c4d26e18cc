"""A processor for structlog that makes our instances fit for every renderer.

::

    import structlog
    from rtmodels.adapters.structlog import ModelRenderer

    structlog.configure(
        processors=[ModelRenderer(), structlog.processors.JSONRenderer()]
    )
    structlog.get_logger().info("received", frame=event)

What becomes of them, `rtmodels.adapters.logging.represent` says: all that they hold is
shown, but for audio, instructions and secrets. Put the processor first, before those
that format or render; in front of `structlog.stdlib.ProcessorFormatter`, put it in the
formatter's ``foreign_pre_chain`` as well if the ``extra`` of other loggers may hold
our instances. Nothing of ours in an event costs a look at each of its values.
"""

from rtmodels.adapters.logging import represent
from rtmodels.errors import MissingDependencyError

try:
    from structlog.typing import EventDict, WrappedLogger
except ModuleNotFoundError as _exc:
    raise MissingDependencyError("structlog", extra="structlog") from _exc

__all__ = ["ModelRenderer"]


class ModelRenderer:
    """Replaces our instances anywhere in an event dict by dicts.

    Our errors become dicts too, which list their issues; ``exc_info`` is left to the
    processors that render exceptions. It never raises, and changes nothing but the
    event dict.
    """

    __slots__ = ("audio", "instructions")

    def __init__(self, *, audio: bool = False, instructions: bool = False) -> None:
        """Make the processor.

        Args:
            audio: Log audio, as base64 text.
            instructions: Log instructions.
        """
        self.audio: bool = audio
        self.instructions: bool = instructions

    def __call__(self, _: WrappedLogger, __: str, event_dict: EventDict) -> EventDict:
        """Replace what is ours in *event_dict*."""
        for key, value in list(event_dict.items()):
            if key != "exc_info":
                shown = represent(
                    value, audio=self.audio, instructions=self.instructions
                )
                if shown is not value:
                    event_dict[key] = shown
        return event_dict
