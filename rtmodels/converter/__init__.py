"""The cattrs converter: annotations become a plan, and passes over it do the rest.

=======================  ========================================================
``_options``             the mode and the limits
``_shapes``, ``_plan``   the kinds of shapes; annotations turned into shapes
``_hook``                fast, then slow; one context for all passes
``_dispatch``            one function for a type, or one by tag or class
``_source``              the text of generated functions; compiled on first use
``structure/``           data into instances: fast, errors, recovery
``unstructure/``         instances into data: fast, fallback
``json_schema/``         the plan as a JSON Schema document
``_scalars, _values``    functions for scalars; checks of single values
``_issues``              paths, reports and the words of errors
``_configure``           registers the hooks with cattrs
``_binding``             what adapters and versions call
=======================  ========================================================

All modules but this one are private.
"""

from cattrs import Converter

from rtmodels.converter._configure import configure
from rtmodels.converter._options import MAX_DEPTH, Mode

__all__ = ["MAX_DEPTH", "Mode", "configure", "make_converter"]


def make_converter(
    *, mode: Mode = "tolerant", binary: bool = False, max_depth: int = MAX_DEPTH
) -> Converter:
    """Return a fresh cattrs converter that knows the types of rtmodels.

    Args:
        mode: How much to accept: ``strict``, ``tolerant`` or ``forgiving``.
        binary: Unstructure audio to bytes, as MessagePack has them, not to base64 text.
        max_depth: Maximum nesting depth, in levels, of values that no schema class
            describes: from 1 to 200.

    Raises:
        ValueError: There is no such *mode*, or *max_depth* is out of range.
    """
    return configure(Converter(), mode=mode, binary=binary, max_depth=max_depth)
