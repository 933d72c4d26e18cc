"""The base of classes that foreign serializers must not write by themselves."""

from typing import TYPE_CHECKING, Any

__all__ = ["Opaque"]


class _Fields:
    """Descriptor that finds the fields which `Opaque` set aside."""

    def __get__(self, instance: object, owner: Any) -> Any:
        return owner.__rtmodels_fields__


class Opaque:
    """Keeps msgspec from encoding instances of attrs classes natively.

    msgspec would write every absent field as null and ``extra`` as a key, and would
    not call ``enc_hook``. It recognises an attrs class by ``__attrs_attrs__`` in the
    ``__dict__`` of the class itself. Without that entry, it calls ``enc_hook`` or, if
    there is none, raises a `TypeError`.

    Everyone else, attrs and cattrs included, reads ``__attrs_attrs__`` as an attribute,
    which this class provides.
    """

    __slots__ = ()

    if not TYPE_CHECKING:  # type checkers derive it from the decorator
        __attrs_attrs__ = _Fields()

        @classmethod
        def __attrs_init_subclass__(cls) -> None:
            """Set aside the fields of an attrs class that was just made."""
            cls.__rtmodels_fields__ = vars(cls)["__attrs_attrs__"]
            del cls.__attrs_attrs__
