"""The extension, for setuptools; all else about the build is in pyproject.toml.

It is optional: without a compiler, everything works in Python. The variable
``RTMODELS_PURE=1`` leaves it out, for a wheel that runs everywhere.
"""

import os
import sys
import sysconfig

from setuptools import Extension, setup

# Other interpreters would run it slower than Python code. Without the GIL, what
# decoding remembers of the last frame would need locks.
IS_SUPPORTED = (
    sys.implementation.name == "cpython"
    and not sysconfig.get_config_var("Py_GIL_DISABLED")
    and os.environ.get("RTMODELS_PURE") != "1"
)

FOLDER = "rtmodels/native/c"
SOURCES = (
    "columns",
    "decode",
    "encode",
    "module",
    "objects",
    "program",
    "structure",
    "unstructure",
)
HEADERS = ("base64", "instance", "numbers", "program", "text")

EXTENSION = Extension(
    "rtmodels.native._extension",
    [f"{FOLDER}/{name}.c" for name in SOURCES],
    depends=[f"{FOLDER}/{name}.h" for name in HEADERS],
    # Debug information would name the folder of the build. MSVC has other flags.
    extra_compile_args=[] if sys.platform == "win32" else ["-O3", "-g0"],
    optional=True,
)

setup(ext_modules=[EXTENSION] if IS_SUPPORTED else [])
