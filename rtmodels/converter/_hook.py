"""Hooks, which try fast and then slow, and the context that all passes share.

The factories of both directions import it; versions and adapters call hooks.
"""

import os
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from threading import RLock
from typing import Any, ClassVar, TypeAlias, assert_never

from cattrs import Converter

from rtmodels.converter._dispatch import DirectCall, FastPass
from rtmodels.converter._issues import exception_issues
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
from rtmodels.converter._values import Rejected
from rtmodels.errors import Issue, IssuesError

__all__ = ["Context", "Hook", "SlowPass"]

_LOCK = RLock()  # one thread at a time plans and compiles; the functions need no lock
if hasattr(os, "register_at_fork"):
    # A forked child has one thread only. Were the lock held by another, it would stay
    # held, and what that thread was compiling would stay unfinished.
    os.register_at_fork(
        before=_LOCK.acquire,
        after_in_parent=_LOCK.release,
        after_in_child=_LOCK.release,
    )

TOO_DEEP = (Issue((), "objects that end somewhere", "too many in one another"),)

Fields: TypeAlias = list[tuple[FieldPlan, Function]]
"""The fields of a class, each with the fast function for its values."""


@dataclass(slots=True, eq=False)
class Hook:
    """What a converter calls for a built-in type: the fast pass, then the fallback."""

    title: str
    """What tracebacks and profiles call its functions."""

    fast_pass: FastPass
    """Converts a value, or raises one of `REJECTIONS`."""

    fall_back: Callable[..., Any]
    """Converts a value that the fast pass rejected, or raises an error that says why.

    It takes the value, and ``parsed=True`` where that surely consists of the classes
    that parsers use.
    """

    convert: Function = field(init=False)
    """Converts a value, fast or slow; bound to nothing, and compiled on first use."""

    _fast: Function | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.convert = on_first_call(self.bind, partial(setattr, self, "convert"))

    def __call__(self, value: Any, _: object = None) -> Any:
        """Convert *value*; cattrs calls structure hooks with the type as well."""
        return self.convert(value)

    @property
    def fast(self) -> Function:
        """The fast pass alone, as a function."""
        if self._fast is None:
            with _LOCK:
                self._fast = self._fast or self.fast_pass.compile(self.title)
        return self._fast

    def bind(self, *, parsed: bool = False) -> Function:
        """Return one function that tries fast, then slow.

        Args:
            parsed: Whether all its input will come from a parser.
        """
        src = Source()
        with src.block("def convert(value):"):
            with src.block("try:"):
                src.line(f"return {self.fast_pass.write_call(src, 'value')}")
            with src.block("except Exception:"):
                src.line("pass")  # so that errors do not carry this one along
            fall_back = partial(self.fall_back, parsed=parsed)
            src.line(f"return {src.bind(fall_back, 'fall_back')}(value)")
        with _LOCK:
            return src.compile("convert", self.title)


@dataclass(slots=True, eq=False)
class Context(ABC):
    """What all passes in one direction share: a converter, options, functions."""

    converter: Converter
    options: Options
    _functions: dict[tuple[Shape, str, frozenset[str]], Function] = field(
        default_factory=dict, init=False
    )
    _fields: dict[type, Fields] = field(default_factory=dict, init=False)
    _dispatches: dict[TaggedUnion, FastPass] = field(default_factory=dict, init=False)

    verb: ClassVar[str]
    """The first word of the titles of generated functions."""

    hint: ClassVar[str]
    """What generated code calls the function for a class, with the class for ``{}``."""

    error: ClassVar[type[IssuesError]]
    """What the fallback raises."""

    @abstractmethod
    def get_hook(self, type_: Any) -> Callable[..., Any]:
        """Return the hook that the converter has for *type_*."""

    @abstractmethod
    def call_hook(self, hook: Callable[..., Any], value: Any, type_: Any) -> Any:
        """Call a user-defined hook for *type_*."""

    @abstractmethod
    def make_dispatch(self, shape: TaggedUnion) -> FastPass:
        """Return a new dispatch for a union that has members besides `Unknown`."""

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
        """Return the fast function for objects with an unknown tag."""

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
        with _LOCK:
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
        return Hook(title, fast_pass, partial(self._fall_back, type_, shape))

    def is_builtin(self, type_: Any) -> bool:
        """Return whether the hook for *type_* is built in, and not user-defined."""
        return isinstance(self.get_hook(type_), Hook)

    def dispatch(self, shape: TaggedUnion) -> FastPass:
        """Return the dispatch for a union, made once."""
        if shape not in self._dispatches:
            self._dispatches[shape] = self.make_dispatch(shape)
        return self._dispatches[shape]

    def function(
        self, shape: Shape, name: str = "", checked: frozenset[str] = frozenset()
    ) -> Function:
        """Return the fast function for *shape* itself, compiled once.

        User-defined hooks for *shape* are not asked; `nested` and `write_call` do that.

        Args:
            shape: The shape of the values.
            name: What it is the shape of: ``RealtimeResponse.status``.
            checked: Keys of the object whose values are known to be right: the tags by
                which a union has picked the class.
        """
        key = shape, name, checked
        function = self._functions.get(key)
        if function is None:
            with _LOCK:
                if key not in self._functions:
                    self._functions[key] = self._compile(shape, name, checked)
                function = self._functions[key]
        return function

    def _compile(self, shape: Shape, name: str, checked: frozenset[str]) -> Function:
        """Return a new fast function for *shape* itself; see `function`."""
        match shape:
            case Object(cls):
                return self.compile_class(plan_class(cls), checked)
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

    def nested(self, shape: Shape, name: str) -> Function:
        """Return the fast function for *shape*, as part of something larger."""
        type_ = hook_type(shape)
        if type_ is None:
            return self.function(shape, name)
        hook = self.get_hook(type_)
        return hook.fast if isinstance(hook, Hook) else self._guard(hook, type_)

    def fields(self, cls: type) -> Fields:
        """Return the fields of *cls*, each with the fast function for its values."""
        if cls not in self._fields:
            self._fields[cls] = [
                (plan, self.nested(plan.shape, f"{cls.__name__}.{plan.name}"))
                for plan in plan_class(cls).fields
            ]
        return self._fields[cls]

    def write_call(self, src: Source, shape: Shape, value: str, name: str) -> str:
        """Return the expression that converts *value*, a variable, in generated code.

        It is what `nested` returns, with a dispatch in line, and compiled later.
        """
        # Only a dispatch is worth asking for its hook before the first value comes: it
        # saves a call for each one.
        if isinstance(shape, TaggedUnion):
            hook = self.get_hook(shape.union)
            if isinstance(hook, Hook):
                return hook.fast_pass.write_call(src, value)
        hint = self.hint.format(shape.cls.__name__ if isinstance(shape, Object) else "")
        make = partial(self.nested, shape, name)
        return f"{src.bind_late((shape, name), make, hint)}({value})"

    def late(
        self, shape: Shape, name: str, store: Callable[[Function], None]
    ) -> Function:
        """Return what `nested` returns, made on its first call and then stored."""
        return on_first_call(partial(self.nested, shape, name), store)

    def _guard(self, hook: Callable[..., Any], type_: Any) -> Function:
        """Return a function that calls a user-defined hook, and rejects its errors."""

        def call(value: Any) -> Any:
            try:
                return self.call_hook(hook, value, type_)
            except Exception as exc:  # the fallback calls it again, and reports
                raise Rejected from exc

        return call

    def _fall_back(
        self, root: Any, shape: Shape, value: Any, *, parsed: bool = False
    ) -> Any:
        """Convert a value slowly; raise `error`, and nothing else."""
        try:
            return self.convert_slowly(root, shape, value, parsed=parsed)
        except self.error:
            raise
        except RecursionError:
            raise self.error(TOO_DEEP) from None
        except Exception as exc:  # of a user-defined mapping, for example
            raise self.error(exception_issues(exc)) from exc


class SlowPass:
    """What the passes over a rejected value share."""

    def __init__(self, context: Context, root: Any) -> None:
        """Prepare for a value of the type *root*.

        Its hook is at work, and is not asked again, even if a user-defined hook for the
        same type has called it.
        """
        self.context = context
        self.root = root

    def is_builtin(self, type_: Any) -> bool:
        """Return whether *type_* is converted by built-in code."""
        return type_ == self.root or self.context.is_builtin(type_)
