"""The factory of structure hooks: the context of the passes from data to instances."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from rtmodels.converter._dispatch import (
    TagDispatch,
    make_tag_dispatch,
    make_unknown_function,
)
from rtmodels.converter._hook import Context
from rtmodels.converter._issues import shape_text
from rtmodels.converter._plan import plan_class, plan_type, type_name
from rtmodels.converter._scalars import structure_scalar
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
from rtmodels.converter._values import REJECTIONS, to_builtins
from rtmodels.converter.structure._codegen import StructureCodegen, take_json
from rtmodels.converter.structure._errors import ErrorCollector
from rtmodels.converter.structure._recovery import Recovery
from rtmodels.errors import Issue, IssuesError, ValidationError
from rtmodels.schema._model import Unknown

__all__ = ["StructureContext"]


@dataclass(slots=True, eq=False)
class StructureContext(Context):
    """The state that all passes from data to instances share, for one converter."""

    verb: ClassVar[str] = "structure"
    hint: ClassVar[str] = "to_{}"
    error: ClassVar[type[IssuesError]] = ValidationError

    def get_hook(self, type_: Any) -> Callable[..., Any]:
        """Return the converter's structure hook for *type_*."""
        return self.converter.get_structure_hook(type_)

    def call_hook(self, hook: Callable[..., Any], value: Any, type_: Any) -> Any:
        """Call a user-defined structure hook."""
        return hook(value, type_)

    def make_dispatch(self, shape: TaggedUnion) -> TagDispatch:
        """Return the dispatch by tag for a union."""
        unknown = None
        if shape.unknown and not self.options.strict:
            unknown = self.nested(plan_type(Unknown), Unknown.__name__)
        return make_tag_dispatch(shape, self._member, unknown)

    def _member(self, cls: type, checked: frozenset[str]) -> Function:
        """Return the function for *cls*, picked by a union after it *checked* keys."""
        name = cls.__name__
        required = {field.name for field in plan_class(cls).fields if field.required}
        if not self.is_builtin(cls):
            return self.nested(Object(cls), name)

        # Generated code starts its count of known keys with the number of required
        # ones. A tag that is optional is not among them, and has to be read again.
        return self.function(
            Object(cls), name, checked if required >= checked else frozenset()
        )

    def compile_class(self, plan: ClassPlan, checked: frozenset[str]) -> Function:
        """Return a new fast function for a class."""
        return StructureCodegen(self).compile_class(plan, checked)

    def compile_value(self, shape: Shape, name: str) -> Function:
        """Return a new fast function for a container."""
        return StructureCodegen(self).compile_value(shape, name)

    def scalar_function(self, shape: Scalar | Literals | Base64) -> Function:
        """Return the fast function for a scalar."""
        return structure_scalar(shape, strict=self.options.strict)

    def unknown_function(self) -> Function:
        """Return the fast function for objects with an unknown tag."""
        return make_unknown_function(self.options.max_depth, take_json(self.options))

    def convert_slowly(
        self, root: Any, shape: Shape, value: Any, *, parsed: bool
    ) -> Any:
        """Structure a value that the fast pass for *root* rejected.

        Raises:
            ValidationError: The value does not match. The error has all issues.
        """
        if not parsed:
            # The fast pass compares exact classes. Data that no parser made may consist
            # of subclasses, so the fast pass gets a second chance with a plain copy.
            with contextlib.suppress(*REJECTIONS):
                value = to_builtins(value)
                return self.function(shape, type_name(root))(value)

        if self.options.forgiving:
            with contextlib.suppress(*REJECTIONS):
                return Recovery(self, root).recover(shape, value)

        issues = ErrorCollector(self, root).collect_all(shape, value)

        # A hook with side effects may reject a value once and accept it the next time,
        # which leaves no issue to report.
        rejected = (Issue((), shape_text(shape), "another value"),)
        raise ValidationError(issues or rejected)
