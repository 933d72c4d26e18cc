"""A processor for structlog that converts instances of rtmodels for any renderer.

::

    import structlog
    from rtmodels.adapters.structlog import ModelRenderer

    structlog.configure(
        processors=[ModelRenderer(), structlog.processors.JSONRenderer()]
    )
    structlog.get_logger().info("received", frame=event)

Instances become what `rtmodels.adapters.logging.represent` returns: everything that
they hold, except audio, instructions and secrets. Put the processor first, before those
that format or render. With `structlog.stdlib.ProcessorFormatter`, put it in the
formatter's ``foreign_pre_chain`` as well if the ``extra`` of standard loggers may hold
instances. Events without instances cost no more than a look at each value.
"""

from rtmodels.adapters.logging import represent
from rtmodels.errors import MissingDependencyError

try:
    from structlog.typing import EventDict, WrappedLogger
except ModuleNotFoundError as _exc:
    raise MissingDependencyError("structlog", extra="structlog") from _exc

__all__ = ["ModelRenderer"]


class ModelRenderer:
    """Replaces instances of rtmodels with dicts, at any depth of an event dict.

    Errors of rtmodels become dicts that list their issues. ``exc_info`` is left to the
    processors that render exceptions. The processor never raises, and changes nothing
    but the event dict.
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
        """Replace the instances in *event_dict*."""
        for key, value in list(event_dict.items()):
            # Processors such as `format_exc_info` need the exception itself.
            if key != "exc_info":
                shown = represent(
                    value, audio=self.audio, instructions=self.instructions
                )
                if shown is not value:
                    event_dict[key] = shown

        return event_dict
