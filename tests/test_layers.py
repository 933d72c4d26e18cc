"""Who imports whom, and how much an import loads."""

import ast
import graphlib
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import pytest

import rtmodels
import rtmodels.adapters

from .paths import ROOT

FILES = sorted([*ROOT.glob("rtmodels/**/*.py"), *ROOT.glob("adapters/**/*.py")])

ERRORS, SCHEMA, CONVERTER = "rtmodels.errors", "rtmodels.schema", "rtmodels.converter"
NATIVE = "rtmodels.native"
ACCUMULATE, VERSIONS = "rtmodels.accumulate", "rtmodels.versions"
BUILD, BUILDING = "rtmodels.build", "rtmodels._building"
ADAPTERS = "rtmodels.adapters"
TESTING = "rtmodels.testing"
DISPLAY, LAZY = "rtmodels._display", "rtmodels._lazy"
LAYERS = {
    DISPLAY: set(),
    LAZY: set(),
    ERRORS: {DISPLAY},
    SCHEMA: {DISPLAY, SCHEMA, "attrs"},
    CONVERTER: {
        DISPLAY,
        LAZY,
        ERRORS,
        SCHEMA,
        CONVERTER,
        "attrs",
        "cattrs",
        "pybase64",
    },
    NATIVE: {SCHEMA, CONVERTER, NATIVE, "cattrs"},
    ACCUMULATE: {
        DISPLAY,
        LAZY,
        ERRORS,
        SCHEMA,
        CONVERTER,
        NATIVE,
        VERSIONS,
        ACCUMULATE,
        "attrs",
        "cattrs",
        "orjson",
    },
    VERSIONS: {
        DISPLAY,
        ERRORS,
        SCHEMA,
        CONVERTER,
        NATIVE,
        VERSIONS,
        "attrs",
        "cattrs",
    },
    BUILDING: {SCHEMA, CONVERTER, BUILDING, "attrs", "orjson", "pybase64"},
    BUILD: {BUILDING},
    TESTING: {
        LAZY,
        ERRORS,
        "rtmodels",
        SCHEMA,
        ACCUMULATE,
        VERSIONS,
        ADAPTERS,
        TESTING,
        "attrs",
        "orjson",
        "pytest",
        "websockets",
    },
    "rtmodels": {LAZY},
    "rtmodels.__main__": {ADAPTERS},
}
"""What the files of each layer may import besides the standard library."""

SHARED = {
    DISPLAY,
    LAZY,
    *(
        f"{CONVERTER}.{name}"
        for name in ("_binding", "_issues", "_options", "_plan", "_shapes", "_values")
    ),
    f"{NATIVE}._columns",
    f"{NATIVE}._compile",
    f"{VERSIONS}._table",
    f"{VERSIONS}._to_servers",
    f"{VERSIONS}._wire",
}
"""The private modules that a package holds for those above it."""

SHARED_WITH = {
    ACCUMULATE: {
        DISPLAY,
        LAZY,
        f"{SCHEMA}._model",
        f"{CONVERTER}._binding",
        f"{NATIVE}._compile",
        f"{VERSIONS}._wire",
    },
    ADAPTERS: SHARED | {f"{CONVERTER}._dispatch"},
    TESTING: {LAZY}
    | {
        f"{ADAPTERS}._recordings.{name}"
        for name in ("found", "protocols", "reader", "times")
    },
    BUILDING: {f"{SCHEMA}._model", f"{CONVERTER}.json_schema._builder"},
    NATIVE: SHARED
    | {
        f"{CONVERTER}.{name}"
        for name in ("_configure", "_dispatch", "_hook", "_scalars")
    }
    | {f"{SCHEMA}._model"},
    VERSIONS: SHARED
    | {f"{CONVERTER}.{name}" for name in ("_dispatch", "_hook", "_source")}
    | {f"{SCHEMA}._model"},
}
"""The same for each package; versions also generate code and hooks of their own."""

CORE_LIBRARIES = {"attrs", "cattrs", "orjson", "pybase64"}
"""What is installed along with the package; all else may be missing."""

SCHEMA_RANKS = {
    name: rank
    for rank, names in enumerate(
        [
            ["_docstrings"],
            ["_model"],
            ["audio", "content", "usage", "webhook"],
            ["mcp"],
            ["items", "tools"],
            ["response"],
            ["session"],
            ["transcription"],
            ["client_secret", "call"],
            ["events"],
            ["beta", "translation", "live"],
            ["servers"],
            ["_upstream"],
        ]
    )
    for name in names
}
"""How high in the schema each file or folder is; it imports lower ones only."""


class Import(NamedTuple):
    """One imported module, with the names imported from it."""

    module: str
    names: tuple[str, ...]
    for_checkers: bool
    """Whether it stands under ``if TYPE_CHECKING``."""


def module_name(path: Path) -> str:
    """Return the name under which *path* is imported."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    package = () if parts[0] == "rtmodels" else ("rtmodels",)
    return ".".join([*package, *(part for part in parts if part != "__init__")])


MODULES = {module_name(path): path for path in FILES}

ARROW = pytest.mark.needs("arrow")


def find_imports(node: ast.AST, *, for_checkers: bool = False) -> Iterator[Import]:
    """Yield every import in *node*; a relative one starts with dots."""
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.Import():
                for alias in child.names:
                    yield Import(alias.name, (), for_checkers)
            case ast.ImportFrom():
                module = "." * child.level + (child.module or "")
                names = tuple(alias.name for alias in child.names)
                files = [name for name in names if f"{module}.{name}" in MODULES]
                for name in files:
                    yield Import(f"{module}.{name}", (), for_checkers)
                if len(files) < len(names):
                    yield Import(module, names, for_checkers)
            case _:
                guarded = (
                    isinstance(child, ast.If)
                    and ast.unparse(child.test) == "TYPE_CHECKING"
                )
                yield from find_imports(child, for_checkers=for_checkers or guarded)


IMPORTS = {
    name: list(find_imports(ast.parse(path.read_text())))
    for name, path in MODULES.items()
}


def layer_of(module: str) -> str:
    """Return the layer or the library that *module* belongs to."""
    first, _, rest = module.partition(".")
    if first == "rtmodels" and rest:
        return f"{first}.{rest.partition('.')[0]}"
    return first


def part_of_schema(module: str) -> str:
    """Return the file or folder of the schema that contains *module*."""
    return module.removeprefix(f"{SCHEMA}.").partition(".")[0]


def modules_of(layer: str) -> list[str]:
    """Return the modules in *layer*."""
    return [name for name in MODULES if layer_of(name) == layer]


def loaded_by(code: str) -> set[str]:
    """Run *code* in a new interpreter; return the modules that are loaded then."""
    program = f"{code}\nimport json, sys\nprint(json.dumps(list(sys.modules)))"
    result = subprocess.run(
        [sys.executable, "-P", "-c", program],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    # What *code* prints itself comes first.
    return set(json.loads(result.stdout.splitlines()[-1]))


def ours(modules: set[str]) -> set[str]:
    """Return those of *modules* that belong to the library, without its name.

    What imports all others is left out: it is always there.
    """
    return {
        module.removeprefix("rtmodels.")
        for module in modules
        if module.startswith("rtmodels.") and module != LAZY
    }


@pytest.mark.parametrize(
    "module", [module for layer in LAYERS for module in modules_of(layer)]
)
def test_a_layer_imports_no_higher_one(module):
    """A file imports its own layer, lower ones, and the libraries of its layer."""
    allowed = LAYERS[layer_of(module)] | sys.stdlib_module_names

    wrong = [
        imported.module
        for imported in IMPORTS[module]
        if layer_of(imported.module) not in allowed
        and not (imported.for_checkers and imported.module == "typing_extensions")
    ]

    assert not wrong


@pytest.mark.parametrize(
    "module", [module for module in modules_of(SCHEMA) if module != SCHEMA]
)
def test_a_schema_file_imports_no_higher_one(module):
    """The files of the schema build on each other in one direction."""
    own = part_of_schema(module)
    others = {
        part_of_schema(imported.module)
        for imported in IMPORTS[module]
        if layer_of(imported.module) == SCHEMA
    }

    higher = [
        part for part in others - {own} if SCHEMA_RANKS[part] >= SCHEMA_RANKS[own]
    ]

    assert not higher


def test_imports_have_no_cycle():
    """Every file can be loaded on its own, in some order, lower ones first."""
    graph = {
        module: {imported.module for imported in imports if not imported.for_checkers}
        for module, imports in IMPORTS.items()
    }

    assert len(list(graphlib.TopologicalSorter(graph).static_order())) >= len(graph)


@pytest.mark.parametrize("module", modules_of(SCHEMA))
def test_the_schema_needs_no_deferred_annotation(module):
    """Annotations are real objects: there is nothing to guard or to postpone."""
    names = {name for imported in IMPORTS[module] for name in imported.names}

    # Checkers take `Unset` for an enum.
    needed = {"TYPE_CHECKING"} if module == "rtmodels.schema._model" else set()
    assert names & {"TYPE_CHECKING", "annotations"} == needed


@pytest.mark.parametrize(
    ("layer", "module"),
    [(layer, module) for layer in SHARED_WITH for module in modules_of(layer)],
)
def test_a_package_uses_what_is_public_or_shared(layer, module):
    """It imports public names from below, and private modules that are meant for it."""
    imports = [
        imported
        for imported in IMPORTS[module]
        if layer_of(imported.module) in {*LAYERS} - {layer}
    ]

    private = [
        f"{imported.module}: {name}"
        for imported in imports
        for name in imported.names or ("the module",)
        if (imported.module not in SHARED_WITH[layer] and "._" in imported.module)
        or (imported.names and name not in import_module(imported.module).__all__)
    ]

    assert not private


@pytest.mark.parametrize("module", modules_of(ADAPTERS))
def test_an_adapter_imports_no_library_unguarded(module):
    """Only what the package depends on is there for sure; the rest may be missing."""
    tree = ast.parse(MODULES[module].read_text())
    outside = {
        layer_of(imported.module)
        for node in tree.body
        if not isinstance(node, ast.Try)
        for imported in find_imports(ast.Module([node], []))
        if not imported.for_checkers
    }

    assert outside - sys.stdlib_module_names - {*LAYERS, ADAPTERS} <= CORE_LIBRARIES


def test_modules_are_loaded_by_name_in_one_place():
    """No file gets round the layers with ``import_module``."""
    users = [
        module
        for module, imports in IMPORTS.items()
        if any(imported.module == "importlib" for imported in imports)
    ]

    # The package imports `importlib.metadata`, for its version.
    assert sorted(users) == [LAZY]


def test_one_exec_in_the_whole_package():
    """Text becomes code in one place."""
    calls = [
        (module, node.func.id)
        for module, path in MODULES.items()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"exec", "eval"}
    ]

    assert calls == [("rtmodels.converter._source", "exec")]


def test_importing_the_package_loads_nothing_else():
    """It loads no module but the index, and no library."""
    loaded = loaded_by("import rtmodels")

    assert not ours(loaded)
    assert not loaded & {"attr", "attrs", "cattr", "cattrs", "orjson", "pybase64"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ValidationError", {"_display", "errors"}),
        ("UNSET", {"_display", "schema", "schema._model"}),
        ("NoiseReduction", {"_display", "schema", "schema._model", "schema.audio"}),
        (
            "RealtimeFunctionTool",
            {"_display", "schema", "schema._model", "schema.mcp", "schema.tools"},
        ),
    ],
)
def test_a_name_loads_only_what_it_needs(name, expected):
    """Files that a class has nothing to do with stay on disk."""
    assert ours(loaded_by(f"from rtmodels import {name}")) == expected


def test_a_response_loads_no_events():
    """Models do not drag in the events that carry them."""
    loaded = ours(loaded_by("from rtmodels import RealtimeResponse"))

    assert "schema.response" in loaded
    assert not {name for name in loaded if "events" in name or "session" in name}


def test_events_load_no_converter():
    """A program that only builds events loads attrs and not cattrs."""
    loaded = loaded_by("from rtmodels import RealtimeServerEvent")

    assert "attrs" in loaded
    assert "cattrs" not in loaded
    assert not {name for name in ours(loaded) if name.startswith("converter")}


@pytest.mark.parametrize(
    "name", ["RealtimeServerEvent", "RealtimeCreateClientSecretRequest"]
)
def test_other_families_load_only_when_asked_for(name):
    """A program that uses the GA protocol does not load the others."""
    loaded = ours(loaded_by(f"from rtmodels import {name}"))

    assert not {
        name
        for name in loaded
        if re.search(r"beta|translation|servers|schema\.live", name)
    }


def test_an_adapter_loads_the_beta_only_when_asked_to_speak_it():
    """A program that talks to GA servers loads neither the beta nor the versions."""
    code = "from rtmodels import RealtimeServerEvent as T\n"
    code += "from rtmodels.adapters import JsonAdapter\n"

    plain = ours(loaded_by(f"{code}JsonAdapter(T)"))
    upgrading = ours(loaded_by(f"{code}JsonAdapter(T, upgrade=True)"))

    assert not {name for name in plain if "beta" in name or "versions" in name}
    assert not {name for name in plain if "servers" in name}
    assert {"schema.beta", "versions"} <= upgrading


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("RealtimeBetaServerEvent", {"schema.translation", "schema.servers"}),
        ("RealtimeTranslationServerEvent", {"schema.beta", "schema.servers"}),
        (
            "LiveServerEvent",
            {"schema.beta", "schema.events", "schema.session", "schema.translation"},
        ),
        ("LiveServerEvent", {"schema.live.call", "schema.live.webhook"}),
        ("VoiceLiveServerEvent", {"schema.live", "schema.translation"}),
        ("XaiServerEvent", {"schema.beta", "schema.translation"}),
        ("WebhookRealtimeCallIncoming", {"schema.audio", "schema.events"}),
        ("RealtimeCreateClientSecretResponse", {"schema.events"}),
    ],
)
def test_a_family_does_not_load_what_it_has_no_use_for(name, rest):
    """What one family shares with another is the only thing of it that is loaded."""
    loaded = ours(loaded_by(f"from rtmodels import {name}"))

    assert not loaded & rest


def test_importing_the_schema_loads_nothing_else():
    """A file is loaded when one of its classes is looked up."""
    assert ours(loaded_by("import rtmodels.schema")) == {"schema"}


def test_the_converter_loads_no_json_schema():
    """A program that decodes does not load the JSON Schema builder."""
    loaded = ours(loaded_by("from rtmodels import make_converter"))

    assert "converter" in loaded
    assert not loaded & {"converter.json_schema", "converter.json_schema._builder"}


def test_a_mode_loads_no_converter():
    """A command line names the modes in its options, and may convert nothing."""
    loaded = loaded_by("from rtmodels import Mode")

    assert ours(loaded) == {"converter", "converter._options"}
    assert not loaded & {"attrs", "cattrs", "pybase64"}


@pytest.mark.needs("cli")
@pytest.mark.parametrize("option", ["--version", "--help"])
def test_the_command_starts_without_the_schema(option):
    """It says its version and its commands before it loads what they need."""
    code = (
        "from rtmodels.adapters.cli import app\n"
        f"try:\n    app([{option!r}])\nexcept SystemExit:\n    print()\n"
    )
    loaded = loaded_by(code)
    names = ours(loaded)

    assert "rich" in loaded
    assert not loaded & {
        *("cattrs", "markdown_it", "orjson", "pandas", "pyarrow", "rich.progress")
    }
    assert not {name for name in names if name.startswith(("accumulate", "schema.ev"))}
    assert {name for name in names if name.startswith("converter")} <= {
        "converter",
        "converter._options",
    }
    assert not {name for name in names if name.startswith(("adapters.arc", "beta"))}


@pytest.mark.needs("openai")
def test_the_connection_of_openai_loads_no_models():
    """A program that reads and sends events loads neither library's models."""
    code = "from rtmodels.adapters.openai import events, send"
    more = "; from rtmodels.adapters.openai import to_sdk"
    before, loaded, all_of_it = map(loaded_by, ("import openai", code, code + more))

    models = {"openai.types.realtime", "openai.types.beta.realtime"}
    assert not loaded & models - before
    assert not loaded & {"cattrs", "orjson"}
    assert not {name for name in ours(loaded) if name.startswith("schema")}
    assert models <= all_of_it


@pytest.mark.needs("arrow", "cli")
def test_the_command_loads_no_pandas(tmp_path):
    """It never needs it, and pyarrow would import it at the first array."""
    log = tmp_path / "log.jsonl"
    log.write_text('{"type": "response.cancel"}\n')
    program = "import sys\nfrom rtmodels.adapters.cli import app\n"
    program += f"sys.argv[1:] = ['stats', {str(log)!r}]\n"
    program += "try:\n    app()\nexcept SystemExit:\n    print()\n"
    loaded = loaded_by(program)

    assert "pyarrow" in loaded
    assert "pandas" not in loaded


def test_json_schema_is_the_function_whatever_was_imported_before():
    """The module of that name is in another package."""
    code = (
        "import rtmodels.converter.json_schema, rtmodels\n"
        "from rtmodels import json_schema\n"
        "assert callable(json_schema) and rtmodels.json_schema is json_schema"
    )

    assert "converter.json_schema" in ours(loaded_by(code))


def test_accumulators_load_no_converter():
    """It is loaded when one is fed what has to be decoded first."""
    loaded = loaded_by("from rtmodels import ConversationAccumulator as A; A()")

    assert "attrs" in loaded
    assert not loaded & {"cattrs", "orjson", "pybase64"}
    assert not {name for name in ours(loaded) if name.startswith("adapters")}


def test_an_accumulator_loads_the_schema_of_its_protocol():
    """That of Realtime loads nothing of Live, and the other way round."""
    realtime = ours(loaded_by("from rtmodels import ConversationAccumulator as A; A()"))
    live = ours(loaded_by("from rtmodels import LiveAccumulator as A; A()"))

    assert not {name for name in realtime if "live" in name}
    assert {name.partition(".")[0] for name in live} == {
        "_display",
        "accumulate",
        "schema",
    }
    assert {name for name in live if name.startswith("schema.")} >= {"schema.live"}
    assert not {
        name
        for name in live
        if name.startswith("schema.") and not re.match(r"schema\.(_model|live)", name)
    }


def test_building_events_loads_no_converter():
    """The helpers need the schema, and nothing that decodes."""
    loaded = loaded_by("from rtmodels import build; build.user_message('Hello!')")

    assert "cattrs" not in loaded
    assert {name.partition(".")[0] for name in ours(loaded)} <= {
        "_building",
        "_display",
        "build",
        "schema",
    }


def test_listing_names_loads_nothing():
    """Completion in a shell is quick."""
    assert not ours(loaded_by("import rtmodels; dir(rtmodels)"))


def test_importing_the_adapters_loads_no_library():
    """A missing library breaks only the adapters that need it."""
    loaded = loaded_by("import rtmodels.adapters; dir(rtmodels.adapters)")

    assert ours(loaded) == {"adapters"}
    assert not loaded & {"cattrs", "orjson", "msgspec"}


@pytest.mark.parametrize(
    ("name", "libraries"),
    [
        ("JsonAdapter", {"orjson"}),
        ("MsgpackAdapter", set()),
        ("DictAdapter", set()),
    ],
)
def test_an_adapter_loads_its_own_library_only(name, libraries):
    """Each adapter needs its own library at most, and none of the others'."""
    loaded = loaded_by(f"from rtmodels.adapters import {name}")

    assert loaded & {"orjson", "msgspec", "cyclopts", "rich"} == libraries


@pytest.mark.parametrize(
    ("module", "library", "extra"),
    [
        ("_recordings.envelope", "msgspec", "arrow"),
        ("_recordings.maps", "msgpack", "arrow"),
        ("_recordings.urls", "fsspec", "arrow"),
        ("_recordings.zstd", "pyarrow", "arrow"),
        ("aiohttp", "aiohttp", "aiohttp"),
        pytest.param("archive", "pyarrow", "arrow", marks=ARROW),
        pytest.param("archive._plot", "matplotlib", "plot", marks=ARROW),
        pytest.param("arrow", "pyarrow", "arrow", marks=ARROW),
        ("faststream", "faststream", "faststream"),
        ("kombu", "kombu", "kombu"),
        ("litestar", "litestar", "litestar"),
        ("msgspec", "msgspec", "msgspec"),
        ("openai", "openai", "openai"),
        ("pydantic", "pydantic", "pydantic"),
        ("sqlalchemy", "sqlalchemy", "sqlalchemy"),
        ("starlette", "starlette", "starlette"),
        ("structlog", "structlog", "structlog"),
        ("websockets", "websockets", "websockets"),
    ],
)
def test_a_missing_library_is_named_with_its_extra(module, library, extra):
    """The error says what to install, and is an ImportError."""
    code = (
        "import sys\n"
        f"sys.modules[{library!r}] = None\n"
        "from rtmodels import MissingDependencyError\n"
        "try:\n"
        f"    import rtmodels.adapters.{module}\n"
        "except MissingDependencyError as exc:\n"
        f"    assert exc.library == {library!r}, exc.library\n"
        f"    assert exc.extra == {extra!r}, exc.extra\n"
        "else:\n"
        "    raise AssertionError\n"
    )

    assert f"adapters.{module}" not in ours(loaded_by(code))


def test_every_extra_is_among_all():
    """``rtmodels[all]`` leaves out no extra."""
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = pyproject["project"]["optional-dependencies"]
    named = {
        name.strip()
        for requirement in extras["all"]
        for name in requirement.partition("[")[2].rstrip("]").split(",")
    }

    assert named == extras.keys() - {"all"}


@pytest.mark.parametrize("package", [rtmodels, rtmodels.adapters])
def test_dir_lists_every_public_name(package):
    """Names that are not loaded yet are listed too, and no module or helper."""
    names = dir(package)

    assert [name for name in names if not name.startswith("__")] == package.__all__
    assert names == sorted(set(names))


@pytest.mark.parametrize("package", [rtmodels, rtmodels.adapters])
def test_a_star_import_gives_every_public_name(package):
    """``import *`` loads all there is, and nothing else."""
    code = f"from {package.__name__} import *\nnames = set(globals()) - before"
    namespace = {"before": {"before", "__builtins__"}}

    exec(code, namespace)  # noqa: S102 - a star import fits nowhere else

    assert sorted(namespace["names"]) == sorted(package.__all__)


@pytest.mark.parametrize("package", [rtmodels, rtmodels.adapters])
def test_an_unknown_name_is_an_attribute_error(package):
    """The error reads like that of any module."""
    with pytest.raises(
        AttributeError, match=f"module '{package.__name__}' has no attribute 'Nothing'"
    ):
        _ = package.Nothing


def test_an_unknown_name_cannot_be_imported():
    """``from rtmodels import`` fails as it does for any module."""
    with pytest.raises(ImportError, match="cannot import name 'Nothing'"):
        from rtmodels import Nothing  # noqa: F401, PLC0415
