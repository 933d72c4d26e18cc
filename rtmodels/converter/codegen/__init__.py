"""The text of generated functions: `Source` compiles it, drafts and checks serve it.

Both directions write their functions with it, and so do the renames of versions.
"""

from rtmodels.converter.codegen._checks import (
    write_class_check,
    write_rejection,
    write_scalar_check,
)
from rtmodels.converter.codegen._drafts import draft_of
from rtmodels.converter.codegen._source import Function, Source, on_first_call

__all__ = [
    "Function",
    "Source",
    "draft_of",
    "on_first_call",
    "write_class_check",
    "write_rejection",
    "write_scalar_check",
]
