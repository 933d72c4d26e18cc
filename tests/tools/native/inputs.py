"""The inputs of the twin fuzz, each made from the seed and its own number alone.

So a run can be repeated from any number on, and a process that dies at an input need
not have written that down.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, TypeAlias

import msgspec

from rtmodels import (
    MaxOutputTokens,
    RealtimeBetaServerEvent,
    RealtimeClientEvent,
    RealtimeServerEvent,
    RtmodelsError,
    Unknown,
    make_converter,
)
from rtmodels.adapters import DictAdapter, JsonAdapter, MsgpackAdapter
from rtmodels.converter._plan import plan_type
from rtmodels.converter._shapes import Shape

from ...strategies import MODELS, UNIONS
from ..fuzz.mutators import TreeMutator
from .odd import spoil
from .spelling import dump, mutate, spell
from .values import Dice, make_json, make_value

MODES: tuple[Any, ...] = ("strict", "tolerant", "forgiving")

EVENTS = RealtimeServerEvent | RealtimeClientEvent
FREQUENT: tuple[Any, ...] = (
    RealtimeServerEvent,
    RealtimeClientEvent,
    RealtimeBetaServerEvent,
)
"""The types of half of the inputs: most classes are reached from these."""

MAX_SIZE = 200_000
"""The size of a frame that is worth its time."""

Kind: TypeAlias = Literal["plain", "spelled", "changed", "mutant", "odd"]
KINDS: tuple[Kind, ...] = ("plain", "spelled", "changed", "mutant", "odd")
"""How an input comes about.

A ``plain`` one is the usual text of a value, a ``spelled`` one any other text of it.
In a ``changed`` one the value itself was changed, in a ``mutant`` the bytes. An ``odd``
one is an instance whose attributes were changed, to be encoded.
"""

WEIGHTS = (3, 3, 5, 5, 4)


@dataclass(frozen=True)
class Root:
    """A type and the options of its adapter."""

    type: Any
    mode: Any
    options: tuple[tuple[str, Any], ...] = ()

    @property
    def shape(self) -> Shape:
        """What its values are made from."""
        return _plan(self.type)

    def make_adapter(self, cls: Any, *, is_new: bool = False) -> Any:
        """Return an adapter of class *cls*; those of one mode share a converter.

        It is made once for all inputs unless *is_new*.
        """
        options = dict(self.options)
        if cls is DictAdapter:
            options.pop("max_bytes", None)
        depth = options.pop("max_depth", 100)
        binary = cls is not JsonAdapter
        converter = _converter(self.mode, binary, depth)
        make = _adapter.__wrapped__ if is_new else _adapter
        return make(cls, self.type, converter, tuple(options.items()))

    def make_twin(self, cls: Any) -> Any:
        """Return an equal adapter that structures and unstructures in Python."""
        return without_programs(self.make_adapter(cls, is_new=True))


_plan = cache(plan_type)


@cache
def _converter(mode: Any, binary: bool, depth: int) -> Any:  # noqa: FBT001 - for cache
    """Return the converter with some options."""
    return make_converter(mode=mode, binary=binary, max_depth=depth)


@cache
def _adapter(cls: Any, type_: Any, converter: Any, options: Any) -> Any:
    """Return the adapter with some options."""
    return cls(type_, converter=converter, **dict(options))


def _make_roots() -> tuple[list[Root], list[Root]]:
    """Return the roots of half of the inputs, and all others."""
    frequent = [Root(type_, mode) for type_ in FREQUENT for mode in MODES]
    types: list[Any] = [*MODELS, *UNIONS.values()]
    types += [tuple[union, ...] for union in UNIONS.values()]
    types += [MaxOutputTokens, MaxOutputTokens | None]
    others = [Root(type_, mode) for type_ in types for mode in MODES]
    for options in (
        (("upgrade", True),),
        (("max_depth", 2),),
        (("max_bytes", 200),),
        (("downgrade", True),),
    ):
        frequent += [Root(EVENTS, mode, options) for mode in MODES]
    return frequent, others


FREQUENT_ROOTS, OTHER_ROOTS = _make_roots()


def is_native(function: Any) -> bool:
    """Check whether *function* is one that tries a program first."""
    return type(function).__module__ == "rtmodels.native._extension"


def without_programs(adapter: Any) -> Any:
    """Make *adapter* use the functions that its programs wrap, and return it."""
    for slot in ("_structure", "_unstructure"):
        function = getattr(adapter, slot)
        if is_native(function):
            setattr(adapter, slot, function.__wrapped__)
    return adapter


def has_program(cls: Any) -> bool:
    """Check whether adapters of class *cls* try programs."""
    return is_native(vars(cls)["decode"]) or is_native(cls(Unknown)._structure)


WIRES = [cls for cls in (JsonAdapter, DictAdapter, MsgpackAdapter) if has_program(cls)]
"""The adapters that have something to compare."""

_make_twin = cache(Root.make_twin)


@dataclass(frozen=True)
class Input:
    """One input for one adapter."""

    number: int
    kind: Kind
    root: Root
    adapter: Any
    data: Any
    """What to decode, or the instance to encode if the kind is ``odd``."""

    before: Any = None
    """What to decode first, since a program remembers keys and strings; or None."""

    @property
    def twin(self) -> Any:
        """An equal adapter without programs for objects."""
        return _make_twin(self.root, type(self.adapter))

    def __str__(self) -> str:
        """Return all that has to be known of it, in a few lines."""
        name = type(self.adapter).__name__
        options = {"mode": self.root.mode, **dict(self.root.options)}
        head = f"input {self.number} ({self.kind}): {name}({self.root.type}, {options})"
        data = self.data
        try:
            shown = repr(bytes(data) if isinstance(data, memoryview) else data)
        except Exception as exc:  # noqa: BLE001 - an attribute may be missing
            shown = f"{type(self.data).__name__}, whose repr raises {exc!r}"
        return f"{head}\n{shown}" + (f"\nafter {self.before!r}" if self.before else "")


class Inputs:
    """Makes the inputs of one seed."""

    def __init__(self, seed: int) -> None:
        """Make a few values of each type first, which changes take pieces from."""
        self.seed = seed
        rng = Dice(seed)
        roots = [root for root in OTHER_ROOTS if root.mode == "tolerant"]
        seeds = [dump(make_value(root.shape, rng)) for root in roots for _ in range(3)]
        # The function for bytes would be called for what is no tree.
        self._mutator = TreeMutator(seeds, lambda data, _: data)

    def make(self, number: int) -> Input:
        """Return the input with *number*."""
        rng = Dice(self.seed << 40 | number)
        rng.wild = rng.choice((0.0, 0.0, 0.0, 0.05, 0.5))
        kind = rng.choices(KINDS, WEIGHTS)[0]
        root = rng.choice(FREQUENT_ROOTS if rng.random() < 0.5 else OTHER_ROOTS)
        rng.closed = root.mode == "strict" and rng.random() < 0.8
        cls = rng.choice(WIRES)
        # What a program remembers of many other inputs hides what it remembers of one.
        follows = rng.random() < 0.2
        adapter = root.make_adapter(cls, is_new=follows and rng.random() < 0.3)
        value = make_value(root.shape, rng)

        if kind == "odd":
            return Input(number, kind, root, adapter, _make_odd(root, value, rng))
        if kind == "changed":
            value = self._change(value, rng)
        data = PREPARE[cls](value, kind, rng)
        before = None
        if follows:
            before = PREPARE[cls](value, "plain", rng)
            # The next frame of most streams differs in a few bytes.
            if kind == "mutant" and isinstance(before, bytes):
                data = mutate(before, rng)
        return Input(number, kind, root, adapter, data, before)

    def _change(self, value: Any, rng: Dice) -> Any:
        """Return *value* with a few places changed."""
        for _ in range(rng.choice((1, 1, 2, 3))):
            if not isinstance(value, dict | list):
                return make_json(rng)
            value = self._mutator.change(value, rng)
        return value


def _make_odd(root: Root, value: Any, rng: Dice) -> Any:
    """Return the instance for the JSON *value*, spoiled."""
    tolerant = Root(root.type, "forgiving").make_adapter(DictAdapter)
    try:
        instance = tolerant.decode(value)
    except RtmodelsError:
        return spoil(value, rng)
    # Instances without any key may be shared, since they are frozen.
    return spoil(deepcopy(instance), rng)


def _prepare_json(value: Any, kind: Kind, rng: Dice) -> Any:
    """Return a JSON text of *value*, mostly as bytes."""
    spelled = kind == "spelled" or (kind != "plain" and rng.random() < 0.2)
    frame = spell(value, rng) if spelled else dump(value)
    frame = frame.replace(b'\\u0000again"', b'"')[:MAX_SIZE]
    if kind == "mutant":
        frame = mutate(frame, rng)
    match rng.randrange(12):
        case 0:
            return frame.decode(errors="surrogateescape")
        case 1:
            return bytearray(frame)
        case 2:
            return memoryview(frame)
        case _:
            return frame


def _prepare_dict(value: Any, kind: Kind, rng: Dice) -> Any:
    """Return *value*, with odd values in it where bytes would be mutated."""
    return spoil(value, rng) if kind == "mutant" else value


def _prepare_msgpack(value: Any, kind: Kind, rng: Dice) -> Any:
    """Return *value* as MessagePack."""
    try:
        data = msgspec.msgpack.encode(value)
    except (OverflowError, UnicodeEncodeError):
        data = msgspec.msgpack.encode({"type": "x"})
    return mutate(data, rng) if kind == "mutant" else data


PREPARE: dict[Any, Callable[[Any, Kind, Dice], Any]] = {
    JsonAdapter: _prepare_json,
    DictAdapter: _prepare_dict,
    MsgpackAdapter: _prepare_msgpack,
}
