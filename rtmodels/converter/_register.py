"""Makes the hooks for our types, and registers them with a cattrs converter."""

import contextlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from threading import RLock
from typing import Any, Literal, TypeAlias, get_args, get_origin

from cattrs import Converter

from rtmodels.converter._explain import Explainer
from rtmodels.converter._express import Expresser
from rtmodels.converter._report import FullError, Report, explain_failure, show_shape
from rtmodels.converter._salvage import Salvager
from rtmodels.converter._structure import Fields, StructureWriter
from rtmodels.converter._unions import (
    Lookup,
    make_keeper,
    make_lookup,
    make_writers,
)
from rtmodels.converter._unstructure import UnstructureWriter
from rtmodels.converter._values import (
    MAX_DEPTH,
    MAX_DEPTH_WRITTEN,
    MISFITS,
    Mismatch,
    builtin,
    plain,
)
from rtmodels.converter.plan import (
    UNION_ORIGINS,
    Array,
    Either,
    Foreign,
    Maybe,
    Object,
    Scalar,
    Shape,
    Tagged,
    Words,
    find_classes,
    is_schema_class,
    plan_class,
    plan_type,
)
from rtmodels.errors import EncodeError, Issue, ValidationError
from rtmodels.schema._model import Unknown

Mode: TypeAlias = Literal["strict", "tolerant", "forgiving"]
"""How much to put up with in what comes: see the table in the README."""

Function: TypeAlias = Callable[[Any], Any]

_LOCK = RLock()  # one thread at a time plans and compiles; the functions need no lock
if hasattr(os, "register_at_fork"):
    # A forked child has one thread only: nobody would release the lock in there, or
    # finish the hook that another thread was making.
    os.register_at_fork(
        before=_LOCK.acquire,
        after_in_parent=_LOCK.release,
        after_in_child=_LOCK.release,
    )

TOO_DEEP = (Issue("$", "objects that end somewhere", "too many in one another"),)
_TOKEN_LIMIT = Either((Words(str, ("inf",), "never"), Scalar(int)))


@dataclass(slots=True)
class Hook:
    """What a converter calls for one of our types."""

    make: Callable[[], Function]
    """Makes *fast*."""

    slow: Callable[..., Any]
    """Does it all the same, or raises the error that says what is wrong.

    It takes *fast* and the value; in structuring also ``parsed=True``, where the value
    is sure to be made of nothing but the classes that parsers use.
    """

    lookup: Lookup | None = None
    """For structuring a union, what *fast* consists of."""

    writers: Mapping[type, Function] | None = None
    """For unstructuring a union, what *fast* looks up by the class of the value."""

    _fast: Function | None = None
    _making: bool = False

    @property
    def fast(self) -> Function:
        """Does it, or raises one of `MISFITS`; made when somebody first asks for it."""
        if self._fast is None:
            with _LOCK:
                if self._making:  # it is needed for itself: an object holds its like
                    return self._call_later
                self._making = True
                try:
                    self._fast = self._fast or self.make()
                finally:
                    self._making = False
        return self._fast

    def _call_later(self, value: Any) -> Any:
        """Do it, once it is made."""
        return self.fast(value)

    def __call__(self, value: Any, _: object = None) -> Any:
        """Try fast, then slow."""
        try:
            return self.fast(value)
        except Exception:  # noqa: BLE001, S110 - the slow pass says what it is
            pass
        return self.slow(self.fast, value)

    def bind(self) -> Function:
        """Make the hook into one function, with fewer calls to get to the work."""
        fast, slow = self.fast, self.slow

        def read(value: Any) -> Any:
            try:
                return fast(value)
            except Exception:  # noqa: BLE001, S110 - the slow pass says what it is
                pass
            return slow(fast, value)

        if (writers := self.writers) is not None:

            def write_by_class(value: Any) -> Any:
                try:
                    return writers[value.__class__](value)
                except Exception:  # noqa: BLE001, S110 - the slow pass says what it is
                    pass
                return slow(fast, value)

            return write_by_class
        if self.lookup is None or self.lookup.optional:
            return read
        key, find, unknown = self.lookup.key, self.lookup.find, self.lookup.unknown

        def read_by_tag(value: Any) -> Any:
            try:
                return find(value[key], unknown)(value)
            except Exception:  # noqa: BLE001, S110 - the slow pass says what it is
                pass
            return slow(fast, value)

        return read_by_tag


@dataclass(frozen=True, slots=True)
class Structuring:
    """Makes structure hooks for one converter and one mode."""

    converter: Converter
    mode: Mode
    max_depth: int
    _readers: dict[Shape, Function] = field(default_factory=dict)
    _fields: dict[type, Fields] = field(default_factory=dict)

    def make_hook(self, type_: Any) -> Hook:
        """Make the hook for *type_*."""
        with _LOCK:
            shape = plan_type(type_)
            for cls in find_classes(shape):
                plan_class(cls)  # a mistake in a user's class shows up here
        slow = partial(self._slow, type_, shape)
        if not isinstance(shape, Tagged) or not shape.members:
            return Hook(partial(self._make, shape), slow)
        lookup = make_lookup(shape, self._member, self._unknown(shape))
        return Hook(lookup.bind, slow, lookup)

    def reader(self, shape: Shape) -> Function:
        """Give the fast function for *shape*, as part of something larger."""
        match shape:
            case Object(cls):
                return self._nested(cls)
            case Tagged():
                return self._nested(shape.union)
            case Foreign(type_):
                return self._nested(type_)
        if shape not in self._readers:
            with _LOCK:
                self._readers[shape] = self._make(shape)
        return self._readers[shape]

    def fields(self, cls: type) -> Fields:
        """Give the fields of *cls*, each with the fast function for its values."""
        if cls not in self._fields:
            plans = plan_class(cls).fields
            self._fields[cls] = [(plan, self.reader(plan.shape)) for plan in plans]
        return self._fields[cls]

    def _lookup(self, shape: Tagged) -> Lookup | None:
        """Give the look-up for a union, unless a hook of the user's reads it."""
        hook = self.converter.get_structure_hook(shape.union)
        return hook.lookup if isinstance(hook, Hook) else None

    def _member(self, cls: type, verified: frozenset[str]) -> Function:
        """Give the function for *cls*, picked from a union by the keys *verified*."""
        plan = plan_class(cls)
        required = {field.name for field in plan.fields if field.required}
        if not self._own(None, cls) or not required >= verified:
            return self.reader(Object(cls))
        with _LOCK:
            return self._make(Object(cls), verified)

    def _unknown(self, shape: Tagged) -> Function | None:
        """Give the function for objects of *shape* whose tag nobody knows."""
        if not shape.unknown or self.mode == "strict":
            return None
        return self.reader(plan_type(Unknown))

    def _nested(self, type_: Any) -> Function:
        """Give the function for a type that a hook may be registered for."""
        hook = self.converter.get_structure_hook(type_)
        return hook.fast if isinstance(hook, Hook) else guard(hook, type_)

    def _own(self, root: Any, type_: Any) -> bool:
        """Tell whether *type_* is read by a hook of ours.

        *root* is: its hook is at work, even if one of the user's has called it.
        """
        return type_ == root or isinstance(
            self.converter.get_structure_hook(type_), Hook
        )

    def _make(self, shape: Shape, verified: frozenset[str] = frozenset()) -> Function:
        """Make the fast function for *shape* itself, unless that is a look-up."""
        writer = StructureWriter(
            self.reader,
            self._lookup,
            partial(self._own, None),
            self.mode == "strict",
            self.max_depth,
        )
        match shape:
            case Object(cls):
                source = writer.write_class(plan_class(cls), verified)
                return source.compile(f"structure_{cls.__name__}")
            case Tagged():  # without members, or `make_hook` would look them up
                return make_keeper(self.max_depth)
            case _:
                return writer.write_value(shape, "structure").compile("structure")

    def _slow(
        self,
        root: Any,
        shape: Shape,
        fast: Function,
        value: Any,
        *,
        parsed: bool = False,
    ) -> Any:
        """Read *value* with more patience, or say what is wrong with it."""
        try:
            return self._read_slowly(root, shape, fast, value, parsed=parsed)
        except ValidationError:
            raise
        except RecursionError:
            raise ValidationError(TOO_DEEP) from None
        except Exception as exc:  # of a mapping that is no dict
            raise ValidationError(explain_failure(exc)) from exc

    def _read_slowly(
        self, root: Any, shape: Shape, fast: Function, value: Any, *, parsed: bool
    ) -> Any:
        """Do as `_slow` says, as far down as the stack reaches."""
        if not parsed:
            with contextlib.suppress(*MISFITS):
                value = builtin(value)
                return fast(value)
        own = partial(self._own, root)
        if self.mode == "forgiving":
            with contextlib.suppress(*MISFITS):
                salvager = Salvager(self.reader, self.fields, own, self.max_depth)
                return salvager.give_way(shape, value)
        explainer = Explainer(
            self.converter,
            self.reader,
            self.fields,
            own,
            self.mode == "strict",
            self.max_depth,
        )
        issues = explainer.explain(shape, value)
        raise ValidationError(
            issues or (Issue("$", show_shape(shape), "another value"),)
        )


@dataclass(frozen=True, slots=True)
class Unstructuring:
    """Makes unstructure hooks for one converter, with or without raw bytes."""

    converter: Converter
    binary: bool
    _writers: dict[Shape, Function] = field(default_factory=dict)

    def make_hook(self, type_: Any) -> Hook:
        """Make the hook for *type_*."""
        with _LOCK:
            shape = plan_type(type_)
        slow = partial(self._slow, type_, shape)
        if not isinstance(shape, Tagged) or not shape.members:
            return Hook(partial(self._make, shape), slow)
        writers = make_writers(shape.classes, lambda cls: self.writer(plan_type(cls)))
        return Hook(partial(_write_by_class, writers), slow, writers=writers)

    def writer(self, shape: Shape) -> Function:
        """Give the fast function for *shape*, as part of something larger."""
        match shape:
            case Object(cls):
                return self._nested(cls)
            case Tagged():
                return self._nested(shape.union)
            case Foreign(type_):
                return self._nested(type_)
        if shape not in self._writers:
            with _LOCK:
                self._writers[shape] = self._make(shape)
        return self._writers[shape]

    def _writers_of(self, shape: Tagged) -> Mapping[type, Function] | None:
        """Give the functions for a union, unless a hook of the user's writes it."""
        hook = self.converter.get_unstructure_hook(shape.union)
        return hook.writers if isinstance(hook, Hook) else None

    def _nested(self, type_: Any) -> Function:
        """Give the function for a type that a hook may be registered for."""
        hook = self.converter.get_unstructure_hook(type_)
        return hook.fast if isinstance(hook, Hook) else guard(hook)

    def _own(self, root: Any, type_: Any) -> bool:
        """Tell whether *type_* is written by a hook of ours, as *root* is."""
        return type_ == root or isinstance(
            self.converter.get_unstructure_hook(type_), Hook
        )

    def _make(self, shape: Shape) -> Function:
        """Make the fast function for *shape* itself."""
        writer = UnstructureWriter(
            self.writer, self._writers_of, partial(self._own, None), self.binary
        )
        match shape:
            case Object(cls):
                source = writer.write_class(plan_class(cls))
                return source.compile(f"unstructure_{cls.__name__}")
            case Tagged():  # without members, or `make_hook` would look them up
                return self._write_unknown
            case _:
                return writer.write_value(shape, "unstructure").compile("unstructure")

    def _write_unknown(self, value: Unknown) -> Any:
        """Write what came."""
        if value.__class__ is not Unknown or value.payload.__class__ is not dict:
            raise Mismatch
        return plain(value.payload, binary=self.binary)

    def _slow(self, root: Any, shape: Shape, _: Function, value: Any) -> Any:
        """Write *value* with more patience, or say what is wrong with it."""
        try:
            return self._write_slowly(root, shape, value)
        except EncodeError:
            raise
        except RecursionError:
            raise EncodeError(TOO_DEEP) from None
        except Exception as exc:  # likewise
            raise EncodeError(explain_failure(exc)) from exc

    def _write_slowly(self, root: Any, shape: Shape, value: Any) -> Any:
        """Do as `_slow` says, as far down as the stack reaches."""
        report = Report()
        expresser = Expresser(
            self.converter.unstructure,
            self.writer,
            partial(self._own, root),
            self.binary,
        )
        out = None
        with contextlib.suppress(FullError):
            out = expresser.express(shape, value, None, report)
        if report.issues:
            raise EncodeError(tuple(report.issues))
        return out


def _write_by_class(writers: Mapping[type, Function]) -> Function:
    """Make the function that writes an instance of any class in *writers*."""

    def unstructure(value: Any) -> Any:
        return writers[value.__class__](value)

    return unstructure


def guard(hook: Callable[..., Any], *rest: Any) -> Function:
    """Wrap a hook of the user's, so that what it raises gets a path."""

    def call(value: Any) -> Any:
        try:
            return hook(value, *rest)
        except Exception as exc:  # the slow pass calls it again, and tells
            raise Mismatch from exc

    return call


def is_ours(type_: Any) -> bool:
    """Tell whether *type_* is one of our classes, or made of nothing else.

    That is a class of ours, a union of such, a tuple of such, or `MaxOutputTokens`.
    """
    if is_schema_class(type_):
        return True
    if get_origin(type_) is not tuple and get_origin(type_) not in UNION_ORIGINS:
        return False
    try:
        shape = plan_type(type_)
    except TypeError:
        return False
    return shape in (_TOKEN_LIMIT, Maybe(_TOKEN_LIMIT)) or _holds_ours(shape)


def _holds_ours(shape: Shape) -> bool:
    """Tell whether our classes are in *shape*."""
    match shape:
        case Object() | Tagged():
            return True
        case Maybe(item) | Array(item):
            return _holds_ours(item)
        case Either(shapes):
            return any(map(_holds_ours, shapes))
        case _:
            return False


def configure(
    converter: Converter,
    *,
    mode: Mode = "tolerant",
    binary: bool = False,
    max_depth: int = MAX_DEPTH,
) -> None:
    """Teach *converter* our types.

    Nothing else about it changes. A hook that you register for one of our classes, or
    for a union of them, wins over ours, also where that class or union is nested inside
    another class of ours. Register it before the first use; hooks for unions, and hook
    factories, after `configure`.

    Args:
        converter: Any cattrs converter; its own settings stay as they are.
        mode: How much to put up with: ``strict``, ``tolerant`` or ``forgiving``.
        binary: Unstructure audio to bytes, as MessagePack has them, not to base64 text.
            Structuring takes either.
        max_depth: How many arrays and objects may stand in one another where no class
            says what comes: from 1 to 200, since no more can be written.

    Raises:
        ValueError: There is no such *mode*, or *max_depth* is out of range.
    """
    if mode not in get_args(Mode):
        raise ValueError(f"no such mode: {mode!r}")
    if not 1 <= max_depth <= MAX_DEPTH_WRITTEN:
        raise ValueError(f"max_depth is from 1 to {MAX_DEPTH_WRITTEN}: {max_depth}")

    def structure_factory(type_: Any, converter: Converter) -> Callable[..., Any]:
        registered = getattr(converter, "_union_struct_registry", {}).get(type_)
        return registered or Structuring(converter, mode, max_depth).make_hook(type_)

    def unstructure_factory(type_: Any, converter: Converter) -> Hook:
        return Unstructuring(converter, binary).make_hook(type_)

    converter.register_structure_hook_factory(is_ours, structure_factory)
    converter.register_unstructure_hook_factory(is_ours, unstructure_factory)
