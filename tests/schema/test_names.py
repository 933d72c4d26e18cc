"""What the public names are, where they come from, and how the classes are built."""

import ast
import keyword
import re
import types
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import attrs
import pytest

import rtmodels
from rtmodels import _INDEX as INDEX
from rtmodels import (
    UNSET,
    GlmClientEvent,
    GlmServerEvent,
    LiveClientEvent,
    LiveForkClientEvent,
    LiveForkServerEvent,
    LiveServerEvent,
    LiveSidebandClientEvent,
    LiveSidebandServerEvent,
    LocalAiServerEvent,
    Model,
    QwenClientEvent,
    QwenServerEvent,
    RealtimeBetaClientEvent,
    RealtimeBetaServerEvent,
    RealtimeClientEvent,
    RealtimeServerEvent,
    RealtimeTranslationClientEvent,
    RealtimeTranslationServerEvent,
    Unknown,
    Unset,
    VllmClientEvent,
    VllmServerEvent,
    VoiceLiveClientEvent,
    VoiceLiveServerEvent,
    XaiClientEvent,
    XaiServerEvent,
)

from ..paths import ROOT
from ..strategies import MODELS
from ..tools.api.stubs import sort_key

SCHEMA_FILES = sorted(ROOT.glob("rtmodels/schema/**/*.py"))
SERVER_UNIONS = {
    "server": RealtimeServerEvent,
    "beta server": RealtimeBetaServerEvent,
    "translation server": RealtimeTranslationServerEvent,
    "Live server": LiveServerEvent,
    "Live sideband's server": LiveSidebandServerEvent,
    "Live fork's server": LiveForkServerEvent,
    "GLM's server": GlmServerEvent,
    "LocalAI's server": LocalAiServerEvent,
    "Qwen's server": QwenServerEvent,
    "vLLM's server": VllmServerEvent,
    "Voice Live's server": VoiceLiveServerEvent,
    "xAI's server": XaiServerEvent,
}
CLIENT_UNIONS = {
    "client": RealtimeClientEvent,
    "beta client": RealtimeBetaClientEvent,
    "translation client": RealtimeTranslationClientEvent,
    "Live client": LiveClientEvent,
    "Live sideband's client": LiveSidebandClientEvent,
    "Live fork's client": LiveForkClientEvent,
    "GLM's client": GlmClientEvent,
    "Qwen's client": QwenClientEvent,
    "vLLM's client": VllmClientEvent,
    "Voice Live's client": VoiceLiveClientEvent,
    "xAI's client": XaiClientEvent,
}
UNIONS = SERVER_UNIONS | CLIENT_UNIONS


def members(unions: dict[str, Any]) -> set[type]:
    """Return the events in *unions*."""
    return {cls for union in unions.values() for cls in get_args(union)} - {Unknown}


EVENTS = sorted(members(UNIONS), key=lambda cls: cls.__name__)
FAMILIES = (
    *("Beta", "Translation", "Live"),
    *("Glm", "LocalAi", "Qwen", "Vllm", "VoiceLive", "Xai"),
)
"""What stands before the name of an event that is not the GA's."""

unions = pytest.mark.parametrize("union", UNIONS.values(), ids=UNIONS)
CLASSES = [*MODELS, Model, Unknown]
NO_MODELS = {
    *("Unset", "Opaque"),
    *("_Fields", "_Signature", "Docstring", "ModuleDocs"),
}
SCALARS = {str, int, float, bool, bytes, Any, type(None), Unset, Unknown}


def find_modules() -> Iterator[tuple[str, ast.Module]]:
    """Yield the public modules, each with its text; some need libraries to import."""
    for folder in ("rtmodels", "adapters"):
        for path in sorted((ROOT / folder).glob("**/*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if not any(re.match("_(?!_)", part) for part in parts):
                package = () if folder == "rtmodels" else ("rtmodels",)
                names = (part for part in parts if part != "__init__")
                yield ".".join([*package, *names]), ast.parse(path.read_text())


PUBLIC = dict(find_modules())


def defined_in(module: str) -> set[str]:
    """Return the public classes, functions and aliases that *module* defines."""
    names = set()
    for node in PUBLIC[module].body:
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                names.add(name)
            case ast.AnnAssign(target=ast.Name(id=name)):
                names.add(name)
    return {name for name in names if not name.startswith("_")}


def listed_in(module: str) -> list[str]:
    """Return the ``__all__`` in the text of *module*, if it has one."""
    for node in PUBLIC[module].body:
        match node:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=value):
                return ast.literal_eval(value)
    return []


def class_name(wire_type: str) -> str:
    """Return the name of the class for *wire_type*, with N before a digit."""
    name = "".join(map(str.capitalize, re.split("[^0-9A-Za-z]+", wire_type)))
    return f"N{name}Event" if name[0].isdigit() else f"{name}Event"


def live_name(wire_type: str) -> str:
    """Return the name of the Live API's class for *wire_type*, without ``Live``."""
    words = wire_type.split(".")
    if words[0] == "session" and len(words) > 2 and words[1] != "usage":
        del words[0]
    name = "".join(map(str.capitalize, re.split("[._]", ".".join(words))))
    return name.replace("Dtmf", "DTMF") + ("" if "." in wire_type else "Event")


def file_name(segment: str) -> str:
    """Return the name of the file for wire types that begin with *segment*."""
    name = re.sub("[^0-9A-Za-z]+", "_", segment)
    name = f"n{name}" if name[0].isdigit() else name
    return f"{name}_" if keyword.iskeyword(name) else name


def split(annotation: Any) -> Iterator[Any]:
    """Yield the members of a union, or the annotation itself."""
    if get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, types.UnionType):
        for member in get_args(annotation):
            yield from split(member)
    else:
        yield annotation


def find_parts(annotation: Any) -> Iterator[Any]:
    """Yield everything that *annotation* is made of, at any depth."""
    for member in split(annotation):
        yield member
        match get_origin(member), get_args(member):
            case (origin, (item, dots)) if origin is tuple and dots is ...:
                yield from find_parts(item)
            case (origin, (_, value)) if origin is Mapping:
                yield from find_parts(value)


def is_agreed(part: Any) -> bool:
    """Check whether annotations may contain *part*."""
    match get_origin(part), get_args(part):
        case (None, ()):
            return part in SCALARS or part in MODELS
        case (origin, (_, dots)) if origin is tuple:
            return dots is ...
        case (origin, (key, _)) if origin is Mapping:
            return key is str
        case (origin, (cls,)) if origin is type:
            return cls is Model
        case (origin, _):
            return origin in (Literal, Annotated)


@pytest.mark.parametrize("module", PUBLIC)
def test_all_lists_what_a_module_defines(module):
    """``__all__`` forgets no class, function or alias of the file."""
    assert not defined_in(module) - set(listed_in(module))


@pytest.mark.parametrize(
    "module", [name for name in INDEX if name in PUBLIC and "schema" in name]
)
def test_schema_modules_export_nothing_of_another(module):
    """Every name has one home."""
    assert set(listed_in(module)) <= defined_in(module)


@pytest.mark.parametrize("module", [name for name in PUBLIC if name != "rtmodels"])
def test_all_is_sorted(module):
    """Constants come first, then classes, then functions."""
    names = listed_in(module)

    assert names == sorted(set(names), key=sort_key)


@pytest.mark.parametrize("module", INDEX)
def test_the_index_lists_names_as_their_module_does(module):
    """The index has no name that the module lacks, and keeps its order."""
    exports = import_module(module).__all__

    assert list(INDEX[module]) == [name for name in exports if name in INDEX[module]]


@pytest.mark.parametrize(
    "module",
    [
        "rtmodels.schema._model",
        *(
            name
            for name in PUBLIC
            if re.match(r"rtmodels\.(schema|errors|accumulate)\b", name)
            if listed_in(name)
        ),
    ],
)
def test_the_index_lists_every_class_and_error(module):
    """These layers have no plumbing: all that they export is public."""
    assert list(INDEX[module]) == list(import_module(module).__all__)


def test_the_package_exports_the_index():
    """``__all__`` is the whole index, sorted."""
    assert rtmodels.__all__ == sorted(
        name for names in INDEX.values() for name in names
    )


@pytest.mark.parametrize("module", INDEX)
def test_a_public_name_is_the_same_in_both_places(module):
    """``from rtmodels import x`` gives what the file itself has."""
    for name in INDEX[module]:
        assert getattr(rtmodels, name) is getattr(import_module(module), name)


def test_public_names_do_not_collide():
    """No name is exported twice, or is that of a module it does not come from."""
    homes = [(name, module) for module, names in INDEX.items() for name in names]
    counts = Counter(name for name, _ in homes)
    modules = {module.rpartition(".")[2]: module for module in PUBLIC}

    assert not [name for name, count in counts.items() if count > 1]
    assert not [name for name, home in homes if modules.get(name, home) != home]


def test_public_names_hide_no_module():
    """An attribute of a package is its module of that name, if it has one."""
    hidden = [
        f"{package}.{name}"
        for package in ("rtmodels", *INDEX)
        for name in import_module(package).__all__
        if f"{package}.{name}" in PUBLIC
    ]

    assert not hidden


def family_of(cls: type) -> str:
    """Return the prefix in the name of an event that is not the GA's."""
    return next((name for name in FAMILIES if cls.__name__.startswith(name)), "")


@pytest.mark.parametrize("cls", [cls for cls in EVENTS if family_of(cls) != "Live"])
def test_an_event_is_named_by_its_family_and_wire_type(cls):
    """The wire type alone gives the name of the class, but for the family's prefix."""
    name = class_name(attrs.fields(cls).type.default)

    assert cls.__name__ == family_of(cls) + name.removeprefix("Localai")


@pytest.mark.parametrize("cls", [cls for cls in EVENTS if family_of(cls) == "Live"])
def test_an_event_of_the_live_api_is_named_by_its_wire_type(cls):
    """Of several classes for one, those of the server or of forks say so."""
    wire_type = attrs.fields(cls).type.default
    same = {
        one.__name__
        for one in EVENTS
        if family_of(one) == "Live" and attrs.fields(one).type.default == wire_type
    }
    name = live_name(wire_type)

    assert f"Live{name}" in same
    assert same <= {f"Live{name}", f"LiveServer{name}", f"LiveFork{name}"}


@pytest.mark.parametrize("cls", EVENTS)
def test_an_event_lives_where_its_wire_type_says(cls):
    """The first segment of the wire type alone gives the file in the family's folder.

    There are so few events for translations, and of other servers, that one file holds
    all of a family.
    """
    segment = file_name(attrs.fields(cls).type.default.partition(".")[0])
    homes = {
        "": f"rtmodels.schema.events.{segment}",
        "Beta": f"rtmodels.schema.beta.events.{segment}",
        "Translation": "rtmodels.schema.translation",
        "Live": f"rtmodels.schema.live.events.{segment}",
        "VoiceLive": f"rtmodels.schema.servers.voice_live.events.{segment}",
    }
    family = family_of(cls)

    assert cls.__module__ == homes.get(
        family, f"rtmodels.schema.servers.{family.lower()}"
    )


@pytest.mark.parametrize("cls", EVENTS)
def test_an_event_has_one_wire_type(cls):
    """The annotation of ``type`` and its default say the same."""
    field = attrs.fields(cls).type

    assert field.type == Literal[field.default]


@unions
def test_a_union_has_one_class_for_each_wire_type(union):
    """No two events of one direction share a wire type."""
    classes = [cls for cls in get_args(union) if cls is not Unknown]

    assert len({attrs.fields(cls).type.default for cls in classes}) == len(classes)


@unions
def test_a_union_ends_in_unknown(union):
    """An unknown event has a place in either direction."""
    assert get_args(union)[-1] is Unknown


def test_every_event_goes_one_way():
    """No event is forgotten, or sent by both sides."""
    classes = {cls for cls in MODELS if cls.__name__.endswith("Event")}
    live = {cls for cls in {*classes, *EVENTS} if family_of(cls) == "Live"}

    assert set(EVENTS) - live == classes - live
    assert not members(SERVER_UNIONS) & members(CLIENT_UNIONS)


@pytest.mark.parametrize("direction", ["server", "client"])
def test_the_beta_has_all_events_of_the_ga_or_their_twins(direction):
    """An event that the beta has in another form replaces the GA's."""
    beta, ga = (
        members({"": UNIONS[f"beta {direction}"]}),
        members({"": UNIONS[direction]}),
    )
    twins = {cls.__name__.removeprefix("Beta") for cls in beta - ga}

    assert {cls.__name__ for cls in ga - beta} == twins & {cls.__name__ for cls in ga}


@pytest.mark.parametrize("direction", ["server", "client"])
def test_voice_live_has_all_events_of_the_beta_or_their_twins(direction):
    """It has no transcription sessions, and so not their events."""
    voice_live, beta = (
        {attrs.fields(cls).type.default for cls in members({"": UNIONS[name]})}
        for name in (f"Voice Live's {direction}", f"beta {direction}")
    )

    left_out = beta - voice_live
    assert left_out
    assert all(name.startswith("transcription_session.") for name in left_out)


@pytest.mark.parametrize("path", SCHEMA_FILES, ids=lambda path: path.name)
def test_classes_are_decorated_in_full(path):
    """Type checkers support attrs' own decorator, and no home-made shorthand."""
    decorators = {
        ast.unparse(decorator)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef) and node.name not in NO_MODELS
        for decorator in node.decorator_list or [ast.Name("nothing")]
    }

    assert decorators <= {"frozen(kw_only=True, repr=False)"}


@pytest.mark.parametrize("cls", MODELS)
def test_a_class_derives_from_model_directly(cls):
    """The class body is the payload; nothing but ``extra`` is inherited."""
    inherited = [field.name for field in attrs.fields(cls) if field.inherited]

    assert cls.__bases__ == (Model,)
    assert inherited == ["extra"]


@pytest.mark.parametrize("cls", CLASSES)
def test_a_class_has_slots(cls):
    """Instances have no dictionary of their own."""
    assert cls.__dictoffset__ == 0


@pytest.mark.parametrize("cls", CLASSES)
def test_fields_are_named_at_every_call(cls):
    """No field is set by position, or by another name than that on the wire."""
    fields = attrs.fields(cls)

    assert all(field.kw_only for field in fields)
    assert [field.alias for field in fields] == [field.name for field in fields]


@pytest.mark.parametrize("cls", CLASSES)
def test_fields_store_what_they_are_given(cls):
    """What a value must be is the converter's business."""
    for field in attrs.fields(cls):
        assert field.init
        assert field.converter is None
        assert field.validator is None


@pytest.mark.parametrize("cls", CLASSES)
def test_annotations_are_made_of_the_agreed_parts(cls):
    """Tuples and mappings, no lists or dicts; real objects, no quoted names."""
    wrong = [
        (field.name, part)
        for field in attrs.fields(cls)
        for part in find_parts(field.type)
        if not is_agreed(part)
    ]

    assert not wrong


@pytest.mark.parametrize("cls", CLASSES)
def test_defaults_follow_the_null_table(cls):
    """Absent is `UNSET` where null means something else, and otherwise ``None``."""
    for field in attrs.fields(cls):
        members = list(split(field.type))

        assert (Unset in members) == (field.default is UNSET)
        assert type(None) in members or field.default not in (None, UNSET)


@pytest.mark.parametrize("cls", CLASSES)
def test_mappings_are_left_out_of_the_hash(cls):
    """Instances are hashable, whatever they hold."""
    hashed = [
        field.name
        for field in attrs.fields(cls)
        if any(get_origin(part) is Mapping for part in find_parts(field.type))
        if (field.eq if field.hash is None else field.hash)
    ]

    assert not hashed


def test_equal_sets_of_words_have_one_order():
    """Python takes them for the same type, and may give either order for both."""
    orders: dict[frozenset[Any], set[tuple[Any, ...]]] = {}
    for path in SCHEMA_FILES:
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Subscript(value=ast.Name("Literal"), slice=ast.Tuple(elts)):
                    words = tuple(ast.literal_eval(word) for word in elts)
                    orders.setdefault(frozenset(words), set()).add(words)

    assert [found for found in orders.values() if len(found) > 1] == []
