"""Hooks, which try the fast pass and fall back, and what passes share.

Only slow passes call user-defined hooks. A fast pass may give up after any part of a
value, and another one then starts over, but a hook must see each value once: it may
count, or change its argument. So a fast pass gives up before it calls such a hook.

The factories of both directions import this module. Versions and adapters call hooks.
"""

import os
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from threading import RLock
from typing import Any, ClassVar, TypeAlias, assert_never, cast

from cattrs import Converter

from rtmodels.converter._cattrs_errors import group_issues
from rtmodels.converter._dispatch import DirectCall, FastPass
from rtmodels.converter._issues import (
    FullError,
    Path,
    Report,
    exception_issues,
    shape_text,
)
from rtmodels.converter._options import Options
from rtmodels.converter._plan import (
    hook_type,
    plan_class,
    plan_type,
    plan_user_defined,
    type_name,
)
from rtmodels.converter._shapes import (
    AnyJson,
    Array,
    Base64,
    ClassPlan,
    Custom,
    FieldPlan,
    Literals,
    Map,
    Nullable,
    Object,
    Scalar,
    Shape,
    TaggedUnion,
    UntaggedUnion,
)
from rtmodels.converter._source import Function, Source, on_first_call
from rtmodels.converter._values import REJECTIONS, Rejected
from rtmodels.errors import Issue, IssuesError, ValidationError

__all__ = ["LOCK", "Context", "Hook", "SlowPass", "UserHook"]

# One thread at a time plans and compiles. The lock is reentrant, because compiling a
# function asks for the functions of its parts. Compiled functions need no lock.
LOCK = RLock()

if hasattr(os, "register_at_fork"):
    # A forked child has only the thread that forked. If another thread held the lock at
    # that moment, the child could never take it, so forking waits for the lock.
    os.register_at_fork(
        before=LOCK.acquire,
        after_in_parent=LOCK.release,
        after_in_child=LOCK.release,
    )

TOO_DEEP = (Issue((), "less nesting", "too many levels"),)

Fields: TypeAlias = list[tuple[FieldPlan, Function]]
"""The fields of a class, each with the fast function for its values."""


@dataclass(slots=True, eq=False)
class Hook:
    """The hook of a built-in type: the fast pass, then the fallback."""

    title: str
    """The name of its functions in tracebacks and profiles."""

    fast_pass: FastPass
    """Converts a value, or raises one of `REJECTIONS`."""

    fall_back: Callable[..., Any]
    """Converts a value that the fast pass rejected, or raises an error that says why.

    Its arguments are the value and ``parsed``: whether a parser made the value, which
    then consists of plain dicts, lists and scalars.
    """

    context: "Context | None" = None
    """The context that made it; None for a hook of ``versions``."""

    convert: Function = field(init=False)
    """Converts a value, fast or slow; compiled on first use."""

    _fast: Function | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.convert = on_first_call(self.bind, partial(setattr, self, "convert"))

    def __call__(self, value: Any, _: object = None) -> Any:
        """Convert *value*. cattrs passes the type as well to structure hooks."""
        try:
            return self.convert(value)
        except ValidationError as exc:
            raise group_issues(exc) from exc.__cause__

    @property
    def fast(self) -> Function:
        """The fast pass alone, as a function."""
        if self._fast is None:
            with LOCK:
                # Another thread may have compiled it while this one waited.
                self._fast = self._fast or self.fast_pass.compile(self.title)
        return self._fast

    def bind(self, *, parsed: bool = False) -> Function:
        """Return one function: the fast pass, then the fallback for values it rejects.

        Args:
            parsed: Whether all input will come from a parser.
        """
        src = Source()
        with src.block("def convert(value):"):
            with src.block("try:"):
                src.line(f"return {self.fast_pass.write_call(src, 'value')}")

            # Any exception: input such as a user-defined mapping runs code when it is
            # read. The fallback runs outside of the handler, so that the error that
            # users see does not have the rejection as its context.
            with src.block("except Exception:"):
                src.line("pass")
            fall_back = partial(self.fall_back, parsed=parsed)
            src.line(f"return {src.bind(fall_back, 'fall_back')}(value)")

        with LOCK:
            return src.compile("convert", self.title)


@dataclass(frozen=True, slots=True, eq=False)
class UserHook:
    """A user-defined hook, in place of a fast function: it rejects every value."""

    hook: Callable[..., Any]
    """The hook, as the converter has it.

    `Context.call_hook` calls it.
    """

    type: Any
    """The type for which it is registered."""

    def __call__(self, _: object) -> Any:
        """Reject the value: only a slow pass may call the hook."""
        raise Rejected


def _is_unknown() -> bool:
    """Return that a converter may have user-defined hooks."""
    return False


@dataclass(slots=True, eq=False)
class Context(ABC):
    """The state that all passes in one direction share."""

    converter: Converter
    options: Options

    # The name is part of the key, so that each field has a function named after it in
    # tracebacks and profiles.
    _functions: dict[tuple[Shape, str, frozenset[str]], Function] = field(
        default_factory=dict, init=False
    )
    _fields: dict[type, Fields] = field(default_factory=dict, init=False)
    _dispatches: dict[TaggedUnion, FastPass] = field(default_factory=dict, init=False)

    has_only_builtin: Callable[[], bool] = field(default=_is_unknown, init=False)
    """Return whether the converter is known to have no user-defined hooks.

    It need not be asked for each class then, which would take 0.1 ms.
    """

    verb: ClassVar[str]
    """The first word in the titles of generated functions."""

    hint: ClassVar[str]
    """The name in generated code of the function for the class ``{}``."""

    error: ClassVar[type[IssuesError]]
    """The error that the fallback raises."""

    @abstractmethod
    def get_hook(self, type_: Any) -> Callable[..., Any]:
        """Return the hook that the converter has for *type_*."""

    @abstractmethod
    def call_hook(self, hook: UserHook, value: Any) -> Any:
        """Call a user-defined hook."""

    @abstractmethod
    def make_dispatch(self, shape: TaggedUnion) -> FastPass:
        """Return a new dispatch for a union with members besides `Unknown`."""

    @abstractmethod
    def compile_class(self, plan: ClassPlan, checked: frozenset[str]) -> Function:
        """Return a new fast function for a class; see `function`."""

    @abstractmethod
    def compile_value(self, shape: Shape, name: str) -> Function:
        """Return a new fast function for a container; see `function`."""

    @abstractmethod
    def scalar_function(self, shape: Scalar | Literals | Base64) -> Function:
        """Return the fast function for a scalar."""

    @abstractmethod
    def unknown_function(self) -> Function:
        """Return the fast function for objects whose tag is unknown."""

    @abstractmethod
    def convert_slowly(
        self, root: Any, shape: Shape, value: Any, *, parsed: bool
    ) -> Any:
        """Convert a value that the fast pass for *root* rejected; see `Hook`."""

    def make_hook(self, type_: Any) -> Hook:
        """Return a new hook for *type_*.

        Raises:
            TypeError: Values of *type_* cannot be told apart.
        """
        with LOCK:
            shape = plan_type(type_)
            plan_user_defined(shape)

            fast_pass: FastPass
            if isinstance(shape, TaggedUnion) and shape.members:
                title = f"{self.verb} {shape.members[0].__name__} | ..."
                fast_pass = self.dispatch(shape)
            else:
                name = type_name(type_)
                title = f"{self.verb} {name}"
                make = partial(self.function, shape, name)
                fast_pass = DirectCall(make, self.hint.format(name))

        fall_back = partial(self._fall_back, type_, shape)
        return Hook(title, fast_pass, fall_back, context=self)

    def is_builtin(self, type_: Any) -> bool:
        """Return whether the hook for *type_* is built-in, and not user-defined.

        *type_* is a class of the schema, or another type with a built-in hook.
        """
        return self.has_only_builtin() or isinstance(self.get_hook(type_), Hook)

    def dispatch(self, shape: TaggedUnion) -> FastPass:
        """Return the dispatch for a union, which is made only once."""
        if shape not in self._dispatches:
            self._dispatches[shape] = self.make_dispatch(shape)
        return self._dispatches[shape]

    def function(
        self, shape: Shape, name: str = "", checked: frozenset[str] = frozenset()
    ) -> Function:
        """Return the fast function for *shape* itself, which is compiled only once.

        This method ignores a user-defined hook for *shape*. `nested` and `write_call`
        use it.

        Args:
            shape: The shape of the values.
            name: The owner of the shape, such as ``RealtimeResponse.status``.
            checked: Keys of the object whose values need no check: the tags by which a
                union has picked the class.
        """
        key = shape, name, checked

        # Without the lock first: it is needed only until the function exists. Under the
        # lock once more: another thread may have compiled it in between.
        function = self._functions.get(key)
        if function is None:
            with LOCK:
                if key not in self._functions:
                    self._functions[key] = self._compile(shape, name, checked)
                function = self._functions[key]

        return function

    def _compile(self, shape: Shape, name: str, checked: frozenset[str]) -> Function:
        """Return a new fast function for *shape* itself; see `function`."""
        match shape:
            case Object(cls):
                return self.compile_class(self.plan(cls), checked)
            case TaggedUnion(members=()):
                return self.unknown_function()
            case TaggedUnion():
                return self.dispatch(shape).compile(f"{self.verb} {name}")
            case Scalar() | Literals() | Base64():
                return self.scalar_function(shape)
            case AnyJson() | Nullable() | Array() | Map() | UntaggedUnion() | Custom():
                return self.compile_value(shape, name)
            case _:
                assert_never(shape)

    def plan(self, cls: type) -> ClassPlan:
        """Return the plan of *cls* for the mode of this context."""
        return plan_class(cls, strict=self.options.strict)

    def user_hook(self, shape: Shape) -> UserHook | None:
        """Return the user-defined hook for *shape*, or None if there is none."""
        type_ = hook_type(shape)
        if type_ is None:
            return None
        if not isinstance(shape, Custom) and self.has_only_builtin():
            return None

        hook = self.get_hook(type_)
        return None if isinstance(hook, Hook) else UserHook(hook, type_)

    def nested(self, shape: Shape, name: str) -> Function:
        """Return the fast function for *shape* as part of a larger value.

        That is a `UserHook` if *shape* has a user-defined hook.
        """
        user_hook = self.user_hook(shape)
        if user_hook is not None:
            return user_hook

        # The functions of classes and tagged unions have names of their own.
        if isinstance(shape, Object) and self.has_only_builtin():
            return self.function(shape, shape.cls.__name__)
        if isinstance(shape, Object | TaggedUnion):
            return cast("Hook", self.get_hook(hook_type(shape))).fast
        return self.function(shape, name)

    def fields(self, cls: type) -> Fields:
        """Return the fields of *cls*, each with the fast function for its values."""
        if cls not in self._fields:
            self._fields[cls] = [
                (plan, self.nested(plan.shape, f"{cls.__name__}.{plan.name}"))
                for plan in self.plan(cls).fields
            ]
        return self._fields[cls]

    def write_call(self, src: Source, shape: Shape, value: str, name: str) -> str:
        """Return the expression that converts *value*, a variable, in generated code.

        It calls the function that `nested` returns, which is compiled on first use. A
        dispatch is written inline.
        """
        # Hooks are looked up on first use, so that compiling recursive classes ends. A
        # dispatch is an exception: it compiles no members, and saves a call per value.
        if isinstance(shape, TaggedUnion):
            dispatch = self.inline_pass(shape.union)
            if dispatch is not None:
                return dispatch.write_call(src, value)

        hint = self.hint.format(shape.cls.__name__ if isinstance(shape, Object) else "")
        make = partial(self.nested, shape, name)
        return f"{src.bind_late((shape, name), make, hint)}({value})"

    def inline_pass(self, union: Any) -> FastPass | None:
        """Return the dispatch that generated code may contain for *union*."""
        hook = self.get_hook(union)
        return hook.fast_pass if isinstance(hook, Hook) else None

    def late(
        self, shape: Shape, name: str, store: Callable[[Function], None]
    ) -> Function:
        """Return a stand-in for what `nested` returns; see `on_first_call`."""
        return on_first_call(partial(self.nested, shape, name), store)

    def _fall_back(
        self, root: Any, shape: Shape, value: Any, *, parsed: bool = False
    ) -> Any:
        """Convert a value slowly; raise `error`, and no other exception."""
        try:
            return self.convert_slowly(root, shape, value, parsed=parsed)
        except self.error as exc:
            exc._root = id(value)  # noqa: SLF001 - private to the package
            raise
        except RecursionError:
            # Without a cause, whose traceback would repeat one frame a thousand times.
            raise self.error(TOO_DEEP) from None
        except Exception as exc:
            # Input such as user-defined mappings may raise anything when it is read.
            raise self.error(exception_issues(exc)) from exc


class SlowPass(ABC):
    """A pass that converts one value, and collects all errors in it, with their paths.

    It follows the plan. Fast functions convert the parts that fit, as long as they need
    no user-defined hook. A hook is called once for each value.
    """

    def __init__(self, context: Context) -> None:
        """Prepare for one value."""
        self.context = context
        self.report = Report()

    def convert_all(self, shape: Shape, value: Any) -> Any:
        """Convert *value*, ignoring a user-defined hook for *shape* itself.

        Its hook is running: it may be a user-defined one that wraps the built-in one.

        Raises:
            IssuesError: *value* does not fit. The error has the issues, at most the
                first hundred, and the exceptions of user-defined hooks as its cause.
        """
        out = None
        with suppress(FullError):
            out = self.convert(shape, value, None)

        if self.report.issues:
            issues = tuple(self.report.issues)
            raise self.context.error(issues) from self.report.cause
        return out

    @abstractmethod
    def convert(self, shape: Shape, value: Any, path: Path) -> Any:
        """Convert *value* at *path* part by part, and report the parts that do not fit.

        The result has no meaning if there are any.
        """

    def part(self, function: Function, shape: Shape, value: Any, path: Path) -> Any:
        """Convert *value* with *function*, which `Context.nested` returns for *shape*.

        If that is a fast function and it rejects the value, convert it slowly.
        """
        if isinstance(function, UserHook):
            return self.call_hook(function, value, path)
        try:
            return function(value)
        except REJECTIONS:
            pass
        return self.convert(shape, value, path)

    def rejected(self, shape: Shape, value: Any, path: Path) -> Any:
        """Convert *value*, which does not fit, or needs a user-defined hook."""
        user_hook = self.context.user_hook(shape)
        if user_hook is None:
            return self.convert(shape, value, path)
        return self.call_hook(user_hook, value, path)

    def call_hook(self, hook: UserHook, value: Any, path: Path) -> Any:
        """Call a user-defined hook, and report the errors that it raises."""
        try:
            return self.context.call_hook(hook, value)
        except Exception as exc:  # noqa: BLE001 - becomes an issue
            self.report.add_exception(exc, path, hook.type, value)
            return None

    def expected(self, shape: Shape, whole: Shape) -> str:
        """Return the text for values of *shape*, a scalar and a member of *whole*."""
        strict = self.context.options.strict
        if isinstance(shape, Literals) and shape.closed == "strict" and not strict:
            return shape.kind.__name__
        return shape_text(whole)
