"""The factory of structure hooks: the context of the passes from data to instances."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, ClassVar

from rtmodels.converter._dispatch import (
    DirectCall,
    FastPass,
    find_class,
    make_tag_dispatch,
    make_unknown_function,
    wrap_unknown,
)
from rtmodels.converter._hook import Context, UserHook
from rtmodels.converter._plan import plan_type, type_name
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
from rtmodels.converter._values import (
    REJECTIONS,
    Rejected,
    copy_containers,
    to_builtins,
)
from rtmodels.converter.structure._codegen import StructureCodegen, take_json
from rtmodels.converter.structure._fallback import StructureFallback
from rtmodels.converter.structure._recovery import (
    make_keeper,
    make_recovering_dispatch,
)
from rtmodels.errors import IssuesError, ValidationError
from rtmodels.schema._model import Unknown

__all__ = ["StructureContext"]


@dataclass(slots=True, eq=False)
class StructureContext(Context):
    """The state that all passes from data to instances share, for one converter."""

    verb: ClassVar[str] = "structure"
    hint: ClassVar[str] = "to_{}"
    error: ClassVar[type[IssuesError]] = ValidationError

    _recovery: "StructureContext | None" = field(default=None, init=False)

    def get_hook(self, type_: Any) -> Callable[..., Any]:
        """Return the converter's structure hook for *type_*."""
        return self.converter.get_structure_hook(type_)

    def call_hook(self, hook: UserHook, value: Any) -> Any:
        """Call a user-defined structure hook with a copy of *value*.

        The hook may change its argument. *value* may still be kept as it came, in
        forgiving mode or by the caller.
        """
        return hook.hook(copy_containers(value), hook.type)

    def nested(self, shape: Shape, name: str) -> Function:
        """Return the fast function for *shape* as part of a larger value."""
        if not self.options.recovers:
            return Context.nested(self, shape, name)

        # The hook of a built-in type has a function that does not recover.
        user_hook = self.user_hook(shape)
        if user_hook is None:
            return self.function(shape, name)

        def recover_by_hook(value: Any, *_: object) -> Any:
            try:
                return self.call_hook(user_hook, value)
            except Exception as exc:
                # Not lost: if nothing can be kept, the fallback reports the error.
                raise Rejected from exc

        return recover_by_hook

    def inline_pass(self, union: Any) -> FastPass | None:
        """Return the dispatch that generated code may contain for *union*."""
        # Recovery calls a function for each object of a union.
        return None if self.options.recovers else Context.inline_pass(self, union)

    def make_dispatch(self, shape: TaggedUnion) -> FastPass:
        """Return the dispatch by tag for a union."""
        unknown = None
        if shape.takes_unknown(strict=self.options.strict):
            unknown = self.nested(plan_type(Unknown), Unknown.__name__)

        dispatch = make_tag_dispatch(shape, self._member, unknown)
        if unknown is None or not self.options.recovers:
            return dispatch

        keep_empty = wrap_unknown if self.is_builtin(Unknown) else unknown
        find = partial(find_class, shape)
        recover = make_recovering_dispatch(dispatch, unknown, keep_empty, find)
        return DirectCall(recover, "recover")

    def _member(self, cls: type, checked: frozenset[str]) -> Function:
        """Return the function for *cls*, picked by a union after it *checked* keys."""
        name = cls.__name__
        required = {plan.name for plan in self.plan(cls).fields if plan.required}
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
        if self.options.recovers:
            return make_keeper(self.options)
        return make_unknown_function(self.options.max_depth, take_json(self.options))

    @property
    def recovery(self) -> "StructureContext":
        """The context whose functions keep what does not fit."""
        if self._recovery is None:
            options = replace(self.options, recovers=True)
            self._recovery = StructureContext(self.converter, options)
            self._recovery.has_only_builtin = self.has_only_builtin
        return self._recovery

    def convert_slowly(
        self, root: Any, shape: Shape, value: Any, *, parsed: bool
    ) -> Any:
        """Structure a value that the fast pass for *root* rejected.

        Raises:
            ValidationError: The value does not match. The error has all issues.
        """
        # A list is no object, and may be too long to be copied only to be refused.
        is_hopeless = isinstance(value, list) and isinstance(
            shape, (Object, TaggedUnion)
        )
        if not parsed and not is_hopeless:
            # The fast pass compares exact classes. Data that no parser made may consist
            # of subclasses, so the fast pass gets a second chance with a plain copy.
            with contextlib.suppress(*REJECTIONS):
                value = to_builtins(value)
                return self.function(shape, type_name(root))(value)

        if self.options.forgiving:
            with contextlib.suppress(*REJECTIONS):
                return self.recovery.function(shape, type_name(root))(value)

        return StructureFallback(self).convert_all(shape, value)
