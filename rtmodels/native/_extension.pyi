from collections.abc import Callable
from typing import Any, Literal, final
from weakref import ref

@final
class Program:
    def __new__(
        cls,
        describe: Callable[[int], tuple[Any, ...] | None],
        root: tuple[Any, ...],
        loads: Callable[..., Any] | None,
        dumps: Callable[[float], bytes] | None,
        wrap: Callable[[dict[str, Any]], Any],
        unknown: type,
        saving_extra: type,
        watched: ref[Any],
        max_bytes: int,
        max_depth: int,
        shares: bool,
        binary: bool,
        nan: bool,
        /,
    ) -> Program: ...
    def decode(self, data: object, /) -> Any: ...
    def encode(self, value: object, /) -> Any: ...

@final
class Method:
    def __new__(
        cls,
        function: Callable[..., Any],
        slot: str,
        bind: Callable[[Any], object],
        verb: Literal["decode", "encode"],
        /,
    ) -> Method: ...
    def __set_name__(self, owner: type, name: str, /) -> None: ...
    def __call__(self, *args: Any, **kwargs: Any) -> Any: ...

@final
class Function:
    def __new__(
        cls,
        function: Callable[[Any], Any],
        make: Callable[[], Program | None],
        verb: Literal["structure", "unstructure"],
        /,
    ) -> Function: ...
    def __call__(self, value: Any, /) -> Any: ...

@final
class Layout:
    def __new__(
        cls,
        root: tuple[Any, ...],
        describe: Callable[[Any, type], tuple[Any, ...] | None],
        unset: object,
        /,
    ) -> Layout: ...
    def begin(self) -> Rows: ...

@final
class Rows:
    def append(self, value: object, /) -> bool: ...
    def finish(self) -> object: ...

def count_give_ups() -> int: ...
