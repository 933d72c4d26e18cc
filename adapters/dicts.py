"""Plain dicts, for whoever has parsed the data already or encodes it elsewhere."""

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

    def __init__(  # noqa: PLR0913 - each is an option, given by name
        self,
        type_: "TypeForm[T]",
        *,
        converter: ConverterSource | None = None,
        mode: Mode | None = None,
        max_depth: int | None = None,
        binary: bool = False,
        upgrade: bool = False,
        downgrade: bool = False,
    ) -> None:
        """Make an adapter for *type_*.

        Args:
            type_: A class or union of ours, ``tuple[T, ...]`` of these, or any type
                that *converter* knows.
            converter: A converter that `rtmodels.configure` has taught our types; or,
                for an adapter that can be pickled, the function that makes it.
            mode: ``strict``, ``tolerant`` (the default) or ``forgiving``.
            max_depth: How many arrays and objects may stand in one another where no
                class says what comes; by default 100, at most 200.
            binary: Whether encoding leaves audio as bytes; otherwise it is base64 text.
                Decoding takes either.
            upgrade: Take events of the beta as well, and turn them into the GA's.
            downgrade: Write events of the GA as the beta's.
        """
        super().__init__(
            type_,
            converter=converter,
            mode=mode,
            max_depth=max_depth,
            binary=binary,
            options={
                "binary": binary or None,
                "upgrade": upgrade or None,
                "downgrade": downgrade or None,
            },
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
