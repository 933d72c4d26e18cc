"""What type checkers make of Litestar's plugin; checked, and never run."""

from typing import Any, assert_type

from litestar import Litestar, post
from litestar.config.app import AppConfig
from litestar.dto import AbstractDTO
from litestar.typing import FieldDefinition

from rtmodels import RealtimeClientEvent, RealtimeServerEvent, make_converter
from rtmodels.adapters.litestar import RtmodelsPlugin


@post("/")
async def answer(data: RealtimeClientEvent) -> RealtimeServerEvent:
    """Accept and return our types."""
    raise NotImplementedError(data)


def the_plugin_fits_litestar(field: FieldDefinition, config: AppConfig) -> None:
    """Stand among an application's plugins."""
    plugin = RtmodelsPlugin(mode="strict")
    Litestar([answer], plugins=[plugin])
    assert_type(plugin.on_app_init(config), AppConfig)
    assert_type(plugin.supports_type(field), bool)
    assert_type(plugin.create_dto_for_type(field), type[AbstractDTO[Any]])
    RtmodelsPlugin(converter=make_converter)
    RtmodelsPlugin(mode="lax")  # type: ignore[arg-type]
    RtmodelsPlugin("strict")  # type: ignore[call-arg]
