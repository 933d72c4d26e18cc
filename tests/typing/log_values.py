"""What type checkers make of what is logged; checked, and never run."""

import logging
from typing import Any, assert_type

import structlog

from rtmodels import ResponseDoneEvent
from rtmodels.adapters.logging import represent
from rtmodels.adapters.structlog import ModelRenderer


def anything_can_be_logged(event: ResponseDoneEvent) -> None:
    """Accept any value, and return another."""
    logging.getLogger().info("received %s", represent(event))
    assert_type(represent([event], audio=True, instructions=True), Any)
    represent(event, True)  # type: ignore[call-arg] # noqa: FBT003


def the_processor_fits_structlog(renderer: ModelRenderer) -> None:
    """Stand among structlog's own processors."""
    structlog.configure(
        processors=[ModelRenderer(audio=True), structlog.processors.JSONRenderer()]
    )
    assert_type(renderer.audio, bool)
    assert_type(renderer.instructions, bool)
    renderer(None, "info", {"frame": "{}"})
    ModelRenderer(True)  # type: ignore[call-arg] # noqa: FBT003
