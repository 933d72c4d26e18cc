"""Plain dicts, for programs that parse and encode data by other means."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from rtmodels.adapters._base import Adapter, ConverterSource
from rtmodels.converter import Mode

if TYPE_CHECKING:
    from typing_extensions import TypeForm

__all__ = ["DictAdapter"]

T = TypeVar("T")


class DictAdapter(Adapter[T]):
    """Converts plain dicts to instances of one type, and back.

    ::

        adapter = DictAdapter(RealtimeServerEvent)
        event = adapter.decode({"type": "response.done", ...})
        payload = adapter.encode(event)

    Encoding makes new dicts and lists, ready for any JSON library; for integers of more
    than 64 bits, the library must support these. Decoding copies values of unknown
    shape too, so that instances share no dict or list with the input.
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
                that *converter* supports.
            mode: As for `JsonAdapter`.
            converter: As for `JsonAdapter`.
            max_depth: As for `JsonAdapter`.
            upgrade: As for `JsonAdapter`.
            downgrade: As for `JsonAdapter`.
            binary: Whether encoding keeps audio as bytes, rather than base64 text, for
                formats such as MessagePack. Decoding accepts either. In forgiving mode,
                NaN and infinity are then kept as well.
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
        """Convert *data* to an instance.

        Raises:
            ValidationError: *data* does not fit the schema.
        """
        return self._structure(data)

    def encode(self, value: T) -> dict[str, Any]:
        """Convert *value* to a new dict.

        Raises:
            EncodeError: *value* is not of the adapter's type, or holds a value that
                JSON cannot represent.
        """
        data: dict[str, Any] = self._unstructure(value)
        return data
