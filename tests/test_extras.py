"""Every module of the adapters works, or says what to install.

``nox -s extras`` runs this with each extra alone.
"""

import ast
import re
import subprocess
import sys
import textwrap
from importlib import import_module
from importlib.metadata import PackageNotFoundError, distribution, requires
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules
from types import SimpleNamespace

import pytest
from packaging.requirements import Requirement

import rtmodels.adapters
from rtmodels import MissingDependencyError

from .conftest import NAMES, read_needs
from .examples import read_examples

pytestmark = pytest.mark.alone

MODULES = [name for _, name, _ in iter_modules(rtmodels.adapters.__path__)]
EXTRAS = {name: name for name in MODULES if name in NAMES - {"msgpack"}}
EXTRAS |= {"archive": "arrow", "translate_proxy": "websockets"}
"""The extra that each module needs to be imported, if the core is not enough."""

CORE = {"attrs", "cattrs", "rtmodels"}
RUNS_WITH = {
    "fastapi": "uvicorn",
    "faststream.redis": "redis",
    "litestar": "uvicorn",
    "starlette": "uvicorn",
}
"""The packages without which the examples that import these modules do not run."""

REQUIREMENTS = [Requirement(text) for text in requires("rtmodels") or ()]


def is_installed(library):
    """Check whether *library*, by its name on a package index, is installed."""
    try:
        return bool(distribution(library))
    except PackageNotFoundError:
        return False


def find_libraries(extra):
    """Return the names of the libraries of *extra*."""
    return {
        requirement.name
        for requirement in REQUIREMENTS
        if requirement.marker and requirement.marker.evaluate({"extra": extra})
    }


def find_imports(source):
    """Return the names of the modules that the text *source* imports."""
    nodes = list(ast.walk(ast.parse(source)))
    names = {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names


@pytest.mark.parametrize("name", EXTRAS)
def test_an_example_says_what_it_needs_beside_the_extra(name):
    """The docstring names each package that the extra does not install."""
    path = Path(find_spec("rtmodels.adapters").origin).parent / name
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    text = ast.get_docstring(ast.parse(path.read_text()), clean=False) or ""

    for example in read_examples(SimpleNamespace(__doc__=text))[:1]:
        modules = find_imports(example)
        packages = {module.partition(".")[0] for module in modules}
        packages |= {RUNS_WITH[module] for module in modules & set(RUNS_WITH)}
        named = set(re.findall(r"\w+", " ".join(re.findall("``(.*?)``", text))))
        known = CORE | find_libraries(EXTRAS[name]) | sys.stdlib_module_names

        assert packages <= known | named


@pytest.mark.parametrize("name", [name for name in MODULES if name[0] != "_"])
def test_a_module_works_or_names_its_extra(name):
    """Whatever else is installed or missing."""
    module, extra = f"rtmodels.adapters.{name}", EXTRAS.get(name)

    if extra and not all(map(is_installed, find_libraries(extra))):
        with pytest.raises(MissingDependencyError) as caught:
            import_module(module)
        assert caught.value.extra == extra
    else:
        assert import_module(module).__all__


@pytest.mark.parametrize("package", ["rtmodels", "rtmodels.adapters"])
def test_a_bare_install_lists_documents_and_exports_every_name(package):
    """A name whose library is missing spoils neither the others nor itself."""
    libraries = {library for extra in NAMES for library in find_libraries(extra)}
    program = f"""
        import inspect, pydoc, sys
        for library in {sorted(libraries - {"rtmodels"})}:
            sys.modules[library] = None

        import {package} as package

        assert set(package.__all__) <= set(dir(package))
        assert all(hasattr(package, name) for name in package.__all__)
        assert set(package.__all__) <= dict(inspect.getmembers(package)).keys()
        page = pydoc.plain(pydoc.render_doc(package))
        assert all(name in page for name in package.__all__)
        from {package} import *
        assert set(package.__all__) <= globals().keys()
    """

    subprocess.run([sys.executable, "-P", "-c", textwrap.dedent(program)], check=True)


def test_the_extra_that_is_said_to_be_there_is(request):
    """The option ``--alone`` names it; without, all are there."""
    extra = request.config.getoption("--alone")
    extras = NAMES if extra is None else {extra}

    assert not [
        library
        for extra in extras
        for library in find_libraries(extra)
        if not is_installed(library)
    ]


def test_an_extra_enables_tests(request):
    """Each is worth something by itself, except that to plot there must be tables."""
    extra = request.config.getoption("--alone")
    enabled = [item for item in request.session.items if read_needs(item)]

    assert enabled or extra in (None, "", "plot")
