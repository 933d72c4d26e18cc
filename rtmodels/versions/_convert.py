"""`upgrade` and `downgrade`, and what type checkers are to make of them."""

from typing import Any, TypeAlias, TypeVar, overload

from rtmodels.schema._model import Unknown
from rtmodels.schema.beta import RealtimeBetaClientEvent, RealtimeBetaServerEvent
from rtmodels.schema.beta.response import (
    RealtimeBetaResponse,
    RealtimeBetaResponseCreateParams,
    RealtimeConversationItemWithReference,
)
from rtmodels.schema.beta.session import (
    RealtimeBetaSessionCreateRequest,
    RealtimeBetaSessionCreateResponse,
    RealtimeBetaTranscriptionSessionCreateRequest,
    RealtimeBetaTranscriptionSessionCreateResponse,
    RealtimeSession,
)
from rtmodels.schema.events import RealtimeClientEvent, RealtimeServerEvent
from rtmodels.schema.items import RealtimeConversationItem
from rtmodels.schema.response import RealtimeResponse, RealtimeResponseCreateParams
from rtmodels.schema.session import (
    RealtimeSessionCreateRequest,
    RealtimeSessionCreateResponse,
)
from rtmodels.schema.transcription import (
    RealtimeTranscriptionSessionCreateRequest,
    RealtimeTranscriptionSessionCreateResponse,
)
from rtmodels.versions._losses import Loss, find_losses, refuse
from rtmodels.versions._ways import DOWN, UP, Way

__all__ = ["downgrade", "upgrade"]

T = TypeVar("T")

Lost: TypeAlias = list[Loss] | None


# `Unknown` is in the unions of both sides, which checkers take for an overlap.
@overload
def upgrade(x: Unknown, *, lost: Lost = ..., strict: bool = ...) -> Unknown: ...
@overload
def upgrade(  # type: ignore[overload-overlap]
    x: RealtimeBetaServerEvent | RealtimeServerEvent,
    *,
    lost: Lost = ...,
    strict: bool = ...,
) -> RealtimeServerEvent: ...
@overload
def upgrade(
    x: RealtimeBetaClientEvent | RealtimeClientEvent,
    *,
    lost: Lost = ...,
    strict: bool = ...,
) -> RealtimeClientEvent: ...
@overload
def upgrade(
    x: RealtimeSession | RealtimeBetaSessionCreateResponse,
    *,
    lost: Lost = ...,
    strict: bool = ...,
) -> RealtimeSessionCreateResponse: ...
@overload
def upgrade(
    x: RealtimeBetaSessionCreateRequest, *, lost: Lost = ..., strict: bool = ...
) -> RealtimeSessionCreateRequest: ...
@overload
def upgrade(
    x: RealtimeBetaTranscriptionSessionCreateResponse,
    *,
    lost: Lost = ...,
    strict: bool = ...,
) -> RealtimeTranscriptionSessionCreateResponse: ...
@overload
def upgrade(
    x: RealtimeBetaTranscriptionSessionCreateRequest,
    *,
    lost: Lost = ...,
    strict: bool = ...,
) -> RealtimeTranscriptionSessionCreateRequest: ...
@overload
def upgrade(
    x: RealtimeBetaResponse, *, lost: Lost = ..., strict: bool = ...
) -> RealtimeResponse: ...
@overload
def upgrade(
    x: RealtimeBetaResponseCreateParams, *, lost: Lost = ..., strict: bool = ...
) -> RealtimeResponseCreateParams: ...
@overload
def upgrade(
    x: RealtimeConversationItemWithReference, *, lost: Lost = ..., strict: bool = ...
) -> RealtimeConversationItem: ...
@overload
def upgrade(x: T, *, lost: Lost = ..., strict: bool = ...) -> T: ...
def upgrade(x: Any, *, lost: Lost = None, strict: bool = False) -> Any:
    """Turn what the beta says into what the GA says.

    What is the GA's already, or the same in both, comes back as it is, and so does an
    `Unknown`, a class of your own, and what is no event, item, session, response or
    request.

    Args:
        x: An event of either side, or what such events hold.
        lost: Gets a `Loss` for each thing that cannot be said in the GA.
        strict: Raise an error if there is any such thing.

    Raises:
        VersionError: It is *strict*, and something cannot be said in the GA.
        EncodeError: *x* holds what the wire cannot.
    """
    convert = UP.conversions.get(x.__class__)
    twin = x if convert is None else convert(x)
    if lost is not None or strict:
        _report(UP, x, twin, lost, strict=strict)
    return twin


@overload
def downgrade(x: Unknown, *, lost: Lost = ..., strict: bool = ...) -> Unknown: ...
@overload
def downgrade(  # type: ignore[overload-overlap]
    x: RealtimeServerEvent | RealtimeBetaServerEvent,
    *,
    lost: Lost = ...,
    strict: bool = ...,
) -> RealtimeBetaServerEvent: ...
@overload
def downgrade(
    x: RealtimeClientEvent | RealtimeBetaClientEvent,
    *,
    lost: Lost = ...,
    strict: bool = ...,
) -> RealtimeBetaClientEvent: ...
@overload
def downgrade(
    x: RealtimeSessionCreateResponse, *, lost: Lost = ..., strict: bool = ...
) -> RealtimeSession | RealtimeBetaSessionCreateResponse: ...
@overload
def downgrade(
    x: RealtimeSessionCreateRequest, *, lost: Lost = ..., strict: bool = ...
) -> RealtimeBetaSessionCreateRequest: ...
@overload
def downgrade(
    x: RealtimeTranscriptionSessionCreateResponse,
    *,
    lost: Lost = ...,
    strict: bool = ...,
) -> RealtimeBetaTranscriptionSessionCreateResponse: ...
@overload
def downgrade(
    x: RealtimeTranscriptionSessionCreateRequest,
    *,
    lost: Lost = ...,
    strict: bool = ...,
) -> RealtimeBetaTranscriptionSessionCreateRequest: ...
@overload
def downgrade(
    x: RealtimeResponse, *, lost: Lost = ..., strict: bool = ...
) -> RealtimeBetaResponse: ...
@overload
def downgrade(
    x: RealtimeResponseCreateParams, *, lost: Lost = ..., strict: bool = ...
) -> RealtimeBetaResponseCreateParams: ...
@overload
def downgrade(x: T, *, lost: Lost = ..., strict: bool = ...) -> T: ...
def downgrade(x: Any, *, lost: Lost = None, strict: bool = False) -> Any:
    """Turn what the GA says into what the beta says: the way back from `upgrade`.

    Args:
        x: An event of either side, or what such events hold.
        lost: Gets a `Loss` for each thing that cannot be said in the beta.
        strict: Raise an error if there is any such thing.

    Raises:
        VersionError: It is *strict*, and something cannot be said in the beta.
        EncodeError: *x* holds what the wire cannot.
    """
    convert = DOWN.conversions.get(x.__class__)
    twin = x if convert is None else convert(x)
    if lost is not None or strict:
        _report(DOWN, x, twin, lost, strict=strict)
    return twin


def _report(way: Way, x: Any, twin: Any, lost: Lost, *, strict: bool) -> None:
    """Say what the *twin* of *x* cannot."""
    losses = find_losses(way, x, twin)
    if lost is not None:
        lost += losses
    if losses and strict:
        raise refuse(way, losses)
