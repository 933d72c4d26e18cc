"""The cattrs converter: annotations become a plan, and passes over the plan convert.

The public names are imported on first use: a program that only names a `Mode` loads
neither cattrs nor the schema.
"""

# All other modules are private:
#
# _options           the mode and the limits
# _shapes, _plan     the kinds of shapes; annotations turned into shapes
# _hook              the fast pass, then the fallback; the context that they share
# _dispatch          picks the function for a value by its tag or class
# _source            the text of generated functions; compiled on first use
# structure/         data into instances: fast, errors, recovery
# unstructure/       instances into data: fast, fallback
# json_schema/       the plan as a JSON Schema document
# _scalars, _values  functions for scalars; checks of single values
# _issues            paths, reports and the wording of errors
# _configure         registers the hooks with cattrs
# _binding           the entry points of adapters and versions

from typing import TYPE_CHECKING

from rtmodels._lazy import export_lazily

__all__ = ["MAX_DEPTH", "Mode", "configure", "make_converter"]

if TYPE_CHECKING:
    from rtmodels.converter._configure import configure, make_converter
    from rtmodels.converter._options import MAX_DEPTH, Mode
else:
    __getattr__, __dir__, _ = export_lazily(
        __name__,
        {
            "rtmodels.converter._configure": ["configure", "make_converter"],
            "rtmodels.converter._options": ["MAX_DEPTH", "Mode"],
        },
    )
