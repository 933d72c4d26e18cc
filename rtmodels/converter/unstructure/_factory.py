"""The factory of unstructure hooks: the context of passes from instances to data."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from rtmodels.converter._dispatch import ClassDispatch
from rtmodels.converter._hook import Context, UserHook
from rtmodels.converter._options import Options
from rtmodels.converter._plan import plan_type
from rtmodels.converter._scalars import unstructure_scalar
from rtmodels.converter._shapes import (
    Base64,
    ClassPlan,
    Literals,
    Object,
    Scalar,
    Shape,
    TaggedUnion,
)
from rtmodels.converter._source import Function
from rtmodels.converter._values import Rejected, to_wire
from rtmodels.converter.unstructure._codegen import UnstructureCodegen
from rtmodels.converter.unstructure._fallback import UnstructureFallback
from rtmodels.errors import EncodeError, IssuesError
from rtmodels.schema._model import Unknown

__all__ = ["UnstructureContext"]


@dataclass(slots=True, eq=False)
class UnstructureContext(Context):
    """The state that all passes from instances to data share, for one converter."""

    verb: ClassVar[str] = "unstructure"
    hint: ClassVar[str] = "from_{}"
    error: ClassVar[type[IssuesError]] = EncodeError

    def get_hook(self, type_: Any) -> Callable[..., Any]:
        """Return the converter's unstructure hook for *type_*."""
        return self.converter.get_unstructure_hook(type_)

    def call_hook(self, hook: UserHook, value: Any) -> Any:
        """Call a user-defined unstructure hook."""
        return hook.hook(value)

    def make_dispatch(self, shape: TaggedUnion) -> ClassDispatch:
        """Return the dispatch by class for a union."""
        table: dict[type, Function] = {}
        for cls in shape.accepted(strict=self.options.strict):
            # `Unknown` is planned as a union without members, and not as a class.
            member = plan_type(cls) if cls is Unknown else Object(cls)
            table[cls] = self.late(
                member, cls.__name__, partial(table.__setitem__, cls)
            )
        return ClassDispatch(table)

    def compile_class(
        self,
        plan: ClassPlan,
        checked: frozenset[str],  # noqa: ARG002 - it writes all keys
    ) -> Function:
        """Return a new fast function for a class, which writes all its keys."""
        return UnstructureCodegen(self).compile_class(plan)

    def compile_value(self, shape: Shape, name: str) -> Function:
        """Return a new fast function for a container."""
        return UnstructureCodegen(self).compile_value(shape, name)

    def scalar_function(self, shape: Scalar | Literals | Base64) -> Function:
        """Return the fast function for a scalar."""
        strict, binary = self.options.strict, self.options.binary
        return unstructure_scalar(shape, strict=strict, binary=binary)

    def unknown_function(self) -> Function:
        """Return the fast function for `Unknown`."""
        return _make_unknown_function(self.options)

    def convert_slowly(
        self,
        root: Any,  # noqa: ARG002
        shape: Shape,
        value: Any,
        *,
        parsed: bool,  # noqa: ARG002
    ) -> Any:
        """Unstructure a value that the fast pass for *root* rejected.

        Raises:
            EncodeError: The wire cannot hold the value. The error has all issues.
        """
        return UnstructureFallback(self).convert_all(shape, value)


def _make_unknown_function(options: Options) -> Function:
    """Return the function for the objects that an `Unknown` holds."""
    # These are properties, and an event may hold a hundred thousand objects.
    binary, nan, depth = options.binary, options.nan, options.max_depth_written

    def unstructure_unknown(value: Any) -> Any:
        if value.__class__ is not Unknown or value.payload.__class__ is not dict:
            raise Rejected
        payload = value.payload
        if not payload:
            return {}
        return to_wire(payload, binary=binary, nan=nan, depth=depth)

    return unstructure_unknown
