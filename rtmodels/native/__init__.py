"""The native program: decoding and encoding in C, where the extension is installed.

Adapters use it without being asked. It gives the same results as the Python code, which
remains the reference: for anything unusual the program gives up, and the Python code
starts anew with the same input. See docs/architecture.md.

===================  ===============================================================
``_compile``         the plan turned into descriptions of programs
``_columns``         Arrow columns described likewise
``_extension``       the extension in C, which may be missing
``c/program.*``      descriptions turned into C structures
``c/decode.c``       JSON text into instances
``c/encode.c``       instances into JSON text
``c/structure.c``    parsed objects into instances
``c/unstructure.c``  instances into objects
``c/objects.c``      values of unknown shape, for both
``c/columns.c``      instances into Arrow arrays
``c/module.c``       the module, and the callables that try a program first
``c/text.h`` ...     text, numbers and base64, without Python
===================  ===============================================================

The environment variable ``RTMODELS_PURE=1`` switches it off.
"""

import os
from typing import Final

__all__ = ["available"]


def _is_available() -> bool:
    """Check whether the extension is installed and switched on."""
    if os.environ.get("RTMODELS_PURE") == "1":
        return False
    try:
        import rtmodels.native._extension  # noqa: F401, PLC0415
    except ImportError:
        return False
    return True


available: Final = _is_available()
"""Whether adapters use the extension."""
