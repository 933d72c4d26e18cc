"""The cattrs converter: annotations become a plan, and passes over the plan convert.

=======================  ===========================================================
``_options``             the mode and the limits
``_shapes``, ``_plan``   the kinds of shapes; annotations turned into shapes
``_hook``                the fast pass, then the fallback; the context that they share
``_dispatch``            picks the function for a value by its tag or class
``_source``              the text of generated functions; compiled on first use
``structure/``           data into instances: fast, errors, recovery
``unstructure/``         instances into data: fast, fallback
``json_schema/``         the plan as a JSON Schema document
``_scalars, _values``    functions for scalars; checks of single values
``_issues``              paths, reports and the wording of errors
``_configure``           registers the hooks with cattrs
``_binding``             the entry points of adapters and versions
=======================  ===========================================================

All modules but this one are private.
"""

from cattrs import Converter

from rtmodels.converter._configure import configure
from rtmodels.converter._options import MAX_DEPTH, Mode

__all__ = ["MAX_DEPTH", "Mode", "configure", "make_converter"]


def make_converter(
    *, mode: Mode = "tolerant", binary: bool = False, max_depth: int = MAX_DEPTH
) -> Converter:
    """Return a new cattrs converter that supports the types of rtmodels.

    Args:
        mode: How much to accept: ``strict``, ``tolerant`` or ``forgiving``.
        binary: Whether to unstructure audio to bytes, for MessagePack, rather than to
            base64 text.
        max_depth: Maximum nesting depth, in levels, of values that no schema class
            describes: from 1 to 200.

    Raises:
        ValueError: *mode* is unknown, or *max_depth* is out of range.
    """
    return configure(Converter(), mode=mode, binary=binary, max_depth=max_depth)
