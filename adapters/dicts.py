"""Plain dicts, for programs that parse or encode the data elsewhere."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from rtmodels.adapters._base import Adapter, ConverterSource
from rtmodels.converter import Mode

if TYPE_CHECKING:
    from typing_extensions import TypeForm

__all__ = ["DictAdapter"]

T = TypeVar("T")


class DictAdapter(Adapter[T]):
    """Turns plain dicts into instances of one type, and back.

    ::

        adapter = DictAdapter(RealtimeServerEvent)
        event = adapter.decode({"type": "response.done", ...})
        payload = adapter.encode(event)

    Encoding makes new dicts and lists, ready for any JSON library. Decoding copies
    neither payloads of unknown shape nor what it keeps in ``extra``.
    """

    __slots__ = ()

    def __init__(
        self,
        type_: "TypeForm[T]",
        *,
        mode: Mode | None = None,
        converter: ConverterSource | None = None,
        max_depth: int | None = None,
        upgrade: bool = False,
        downgrade: bool = False,
        binary: bool = False,
    ) -> None:
        """Make an adapter for *type_*.

        Args:
            type_: A class or union of rtmodels, ``tuple[T, ...]`` of these, or any type
                that *converter* knows.
            mode: As for `JsonAdapter`.
            converter: As for `JsonAdapter`.
            max_depth: As for `JsonAdapter`.
            upgrade: As for `JsonAdapter`.
            downgrade: As for `JsonAdapter`.
            binary: Whether encoding leaves audio as bytes; otherwise it is base64 text.
                Decoding accepts either.
        """
        super().__init__(
            type_,
            mode=mode,
            converter=converter,
            max_depth=max_depth,
            upgrade=upgrade,
            downgrade=downgrade,
            binary=binary,
            parsed=False,
            options={"binary": binary or None},
        )

    def decode(self, data: Mapping[str, Any]) -> T:
        """Turn *data* into an instance.

        Raises:
            ValidationError: *data* is not what the schema says.
        """
        return self._structure(data)

    def encode(self, value: T) -> dict[str, Any]:
        """Turn *value* into a new dict.

        Raises:
            EncodeError: *value* is not of the adapter's type, or holds what JSON
                cannot.
        """
        data: dict[str, Any] = self._unstructure(value)
        return data
