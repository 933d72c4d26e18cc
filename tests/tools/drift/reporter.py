"""Says in which file to write what for each schema, class and alias."""

import keyword
import re
from collections.abc import Iterator
from functools import reduce
from operator import or_
from typing import Annotated, Any, NamedTuple, get_args, get_origin

import attrs

import rtmodels
from rtmodels import UNSET, Unset
from rtmodels.schema import upstream as find_upstream
from rtmodels.schema._model import EXPECTED

from .aliases import AliasChanges
from .differences import KNOWN
from .sources import (
    HOMES,
    find_node,
    name_of,
    path_of,
    place_in_index,
    place_of,
)
from .upstream import (
    Declaration,
    Part,
    Upstream,
    in_order,
    is_class,
    is_name,
    is_optional,
    split,
    tag_of,
)
from .writing import (
    DOCSTRING,
    show,
    show_member,
    split_words,
    write,
    write_class,
    write_imports,
)

DIFFERENCES = "tests/tools/drift/differences.py"
UPSTREAM_NAMES = "rtmodels/schema/_upstream.py"
MATCH_EVENTS = "tests/typing/match_events.py"
VOICE_LIVE = "rtmodels/schema/servers/voice_live/__init__.py"
ONLY_WE = "tests/tools/differential/known.py: an entry in ONLY_WE"
VERSIONS = (
    "rtmodels/versions/__init__.py: it is in only one of the beta and the GA, so put in"
    " the table that `pytest tests/versions/test_version_table.py` prints"
)
ARGUMENTS = {
    "RealtimeSessionCreateRequest": "`update_session` in rtmodels/_building/session.py",
    "RealtimeResponseCreateParams": (
        "`create_response` in rtmodels/_building/responses.py"
    ),
}
"""Classes whose fields are arguments of functions as well, and of which."""


class Entry(NamedTuple):
    """One thing to do."""

    place: str
    """The file, and the line if there is one."""

    what: str
    """What to do there."""

    lines: tuple[str, ...] = ()
    """What to write there, and what else belongs to it."""

    def __str__(self) -> str:
        """Write it for people."""
        return "\n".join([f"{self.place}: {self.what}", *indent(self.lines)])


def indent(lines: tuple[str, ...] | list[str]) -> list[str]:
    """Indent *lines* that are not empty."""
    return [f"    {line}" if line else "" for line in lines]


def find_known(name: str) -> dict[str, Declaration]:
    """Return the fields of a class that are meant to differ."""
    return {
        known.field: Declaration(known.type, known.default)
        for known in KNOWN
        if known.cls == name
    }


def required_strictly(ours: Declaration, theirs: Declaration | None) -> Declaration:
    """Return a field that some servers leave out as strict mode reads it.

    A field of the type ``Expected[T]`` stands for a required ``T``.
    """
    is_marked = get_origin(ours.type) is Annotated and EXPECTED in get_args(ours.type)
    if not is_marked or theirs is None or is_optional(theirs):
        return ours

    members = [one for one in split(get_args(ours.type)[0]) if one is not type(None)]
    return Declaration(reduce(or_, members), theirs.default)


def find_fields(upstream: Upstream, name: str) -> dict[str, list[Declaration | None]]:
    """Return how each field of a class should be written, in the order of the fields.

    There is more than one way if the class stands for objects that differ there;
    ``None`` means that an object lacks the field.
    """
    known = find_known(name)
    versions = [upstream.fields(name, part.obj) for part in upstream.uses[name]]
    keys: list[str] = []
    for version in versions:
        for after, key in zip([None, *version], version, strict=False):
            if key not in keys:
                keys.insert(keys.index(after) + 1 if after else 0, key)

    keys += [key for key in known if key not in keys]
    ways: dict[str, list[Declaration | None]] = {
        key: [*dict.fromkeys(version.get(key) for version in versions)] for key in keys
    }
    ways |= {key: [expected] for key, expected in known.items()}
    first = {key: next(filter(None, found)) for key, found in ways.items()}
    return {key: ways[key] for key in in_order(first)}


def order_of(upstream: Upstream, name: str) -> list[str]:
    """Return the fields of a class in the order of upstream's, as far as it has them.

    Required fields come first, then the tag, then optional ones.
    """
    return list(find_fields(upstream, name))


class Reporter:
    """Reports on one version of OpenAI's schema."""

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream
        self._changes = AliasChanges(upstream)
        self._aliases = self._changes.values

    def schema(self, target: str) -> Iterator[Entry]:
        """Yield the differences in *target* and in the objects that it spells out."""
        parts = self._upstream.parts[target]
        for name, obj in reversed(parts):  # what others hold comes first
            yield from self._keys(name, obj)
            if is_class(name):
                yield from self._fields(getattr(rtmodels, name))
            else:
                yield self._new_class(name)
        if self._upstream.is_alias(target):
            yield from self.alias(target)
        yield from self._name(target)

    def alias(self, name: str) -> Iterator[Entry]:
        """Yield the differences in our union or set of words called *name*."""
        if name in self._changes.new:
            yield self._new_alias(name)
            return
        after = list(split_words(self._changes.changed.get(name, self._aliases[name])))
        before = list(split_words(self._changes.current[name]))
        if name not in self._changes.changed:
            return

        for member in after:
            if member not in before and not self._is_absent(member):
                yield Entry(*self._into_union(name, member))
        for member in before:
            if member not in after:
                what = f"remove `{show_member(member, {})}` from {name}"
                yield Entry(place_of(name), what)

    def _into_union(self, name: str, member: Any) -> tuple[str, str, tuple[str, ...]]:
        """Return where *member* belongs in an alias: place, what to do, and imports."""
        after = list(split_words(self._changes.changed[name]))
        before = set(split_words(self._changes.current[name]))
        earlier = [one for one in after[: after.index(member)] if one in before]
        where = f", after `{show_member(earlier[-1], {})}`" if earlier else ""
        home = HOMES[name]
        text = show_member(member, omit(self._names_for(home), name))
        return (
            place_of(name),
            f"add `{text}` to {name}{where}",
            tuple(write_imports(home, [text])),
        )

    def _names_for(self, module: str) -> dict[str, Any]:
        """Return all aliases, those of *module* first, since two may be equal."""
        names = sorted(self._aliases, key=lambda name: HOMES.get(name) != module)
        return {name: self._aliases[name] for name in names}

    def _is_absent(self, member: Any) -> bool:
        """Check whether *member* is a class that is still to be written."""
        return member in self._upstream.absent.values()

    def _keys(self, name: str, obj: dict[str, Any]) -> Iterator[Entry]:
        """Yield the keys of *obj* that no field can have as its name."""
        for key in obj["properties"]:
            if not is_name(key):
                reason = "a keyword" if keyword.iskeyword(key) else "no name"
                yield Entry(
                    DIFFERENCES,
                    f'add `"{key}": "{reason} in Python",` to LEFT_OUT: {name} cannot'
                    " have such a field, and the key stays in `extra`",
                )

    def _fields(self, cls: type) -> Iterator[Entry]:
        """Yield the fields of *cls* that are missing, wrong, or not upstream."""
        name = cls.__name__
        ours = {
            field.name: Declaration(field.type, field.default)
            for field in attrs.fields(cls)
            if field.name != "extra"
        }
        known = find_known(name)
        theirs = find_fields(self._upstream, name)
        for key, ways in theirs.items():
            field = ours.get(key)
            if field and key not in known:
                type_ = self._changes.annotation(cls, key, field.type)
                field = required_strictly(field._replace(type=type_), ways[0])
            for alias in sorted(self._changes.named_in(cls, key)):
                if alias not in self._upstream.schemas:
                    yield from self.alias(alias)
            if len(ways) > 1:
                yield self._torn_field(cls, key, field, list(theirs))
            elif ways[0] != field and ways[0]:
                yield self._wrong_field(cls, key, field, ways[0], list(theirs))

        for key in ours.keys() - theirs:
            yield Entry(place_of(name, member=key), f"remove `{key}` from {name}")
        if [*ours] != [*theirs] and ours.keys() == theirs.keys():
            order = ", ".join(theirs)
            yield Entry(place_of(name), f"put the fields of {name} in order: {order}")

    def _wrong_field(
        self,
        cls: type,
        key: str,
        ours: Declaration | None,
        theirs: Declaration,
        order: list[str],
    ) -> Entry:
        """Return how a field should be written."""
        name = cls.__name__
        aliases = self._names_for(cls.__module__)
        line = write(key, theirs, aliases)
        imports = tuple(write_imports(cls.__module__, [line]))
        if ours is not None:
            old = write(key, ours, aliases)
            what = f"write `{line}` in {name}, not `{old}`"
            notes = (*imports, *self._torn_notes(cls, key))
            return Entry(place_of(name, member=key), what, notes)

        present = [field.name for field in attrs.fields(cls)]
        earlier = [one for one in order[: order.index(key)] if one in present]
        where = f"after `{earlier[-1]}`" if earlier else "as the first field"
        more = [f"also an argument of {ARGUMENTS[name]}"] if name in ARGUMENTS else []
        if self._has_twin_without(name, key):
            more.append(VERSIONS)
        return Entry(
            place_of(name, member=earlier[-1] if earlier else None),
            f"add `{line}` to {name}, {where}",
            (f"with a docstring under it: {DOCSTRING}", *imports, *more),
        )

    def _has_twin_without(self, name: str, key: str) -> bool:
        """Check whether the class of the other version that corresponds lacks *key*."""
        twins = {name.replace("Realtime", "RealtimeBeta"), f"Beta{name}"}
        if "Beta" in name:
            twins = {name.replace("Beta", "")}
        twins &= self._upstream.uses.keys()
        return any(key not in find_fields(self._upstream, twin) for twin in twins)

    def _torn_notes(self, cls: type, key: str) -> Iterator[str]:
        """Yield the aliases in a field that others keep as they are."""
        for alias in sorted(self._changes.named_in(cls, key) & {*self._changes.torn}):
            current = self._changes.current[alias]
            keep = {
                f"{vote.cls}.{vote.key}"
                for vote in self._changes.torn[alias]
                if vote.words == frozenset(split_words(current))
            }
            yield f"{alias} stays as it is for {list_some(sorted(keep))}"

    def _torn_field(
        self, cls: type, key: str, ours: Declaration | None, order: list[str]
    ) -> Entry:
        """Return the edits for a class that stands for objects which differ now."""
        name = cls.__name__
        groups: dict[str, list[Part]] = {}
        for part in self._upstream.uses[name]:
            found = self._upstream.fields(name, part.obj).get(key)
            line = f"`{write(key, found, self._aliases)}`" if found else "nothing"
            groups.setdefault(line, []).append(part)
        common = self._common(key, groups, name)
        lines = [
            f"upstream has {line} in {list_some(dict.fromkeys(p.rule for p in parts))}"
            for line, parts in groups.items()
        ]
        type_ = show(common.type, self._aliases)
        entry = f'`Known("{name}", "{key}", {type_}, "WHY"),`'
        where = f"add {entry} to {list_for(name)}, and the imports for it"
        lines += ["either keep one class for all:", f"    {DIFFERENCES}: {where}"]
        if ours != common:
            edit = self._wrong_field(cls, key, ours, common, order)
            lines += indent(str(edit).splitlines())

        few = min(groups.values(), key=len)
        lines.append("or split it:")
        for part in {part.rule: part for part in few}.values():
            lines += indent(str(self._write_class(part.rule, part)).splitlines())
            if part.owner:
                owner, field = part.owner
                place = place_of(owner, member=field)
                lines.append(
                    f"    {place}: write `{part.rule}` for `{name}` in {owner}.{field},"
                    " and in its entry of KNOWN if there is one"
                )
        return Entry(
            place_of(name),
            f"{name} stands for objects that differ in `{key}` now",
            tuple(lines),
        )

    def _common(
        self, key: str, groups: dict[str, list[Part]], name: str
    ) -> Declaration:
        """Return an optional field that holds what all of the objects may have."""
        types = [
            found.type
            for parts in groups.values()
            if (found := self._upstream.fields(name, parts[0].obj).get(key))
        ]
        members = dict.fromkeys(one for type_ in types for one in split(type_))
        first, *rest = [one for one in members if one not in (type(None), Unset)]
        type_ = first
        for one in rest:
            type_ |= one
        if Unset in members:
            return Declaration(type_ | None | Unset, UNSET)
        return Declaration(type_ | None, None)

    def _new_class(self, name: str) -> Entry:
        """Write a class that we do not have, with all that has to name it."""
        part = self._upstream.uses[name][0]
        entry = self._write_class(name, part)
        return entry._replace(lines=(*entry.lines, *self._former(name, part)))

    def _write_class(self, name: str, part: Part) -> Entry:
        """Write the class *name* for *part*, and say where it has to be named."""
        owner = part.owner[0] if part.owner else ""
        fields = self._upstream.fields(name, part.obj) | find_known(name)
        module, doubt = self._find_home(name, part)
        code = write_class(name, fields, in_order(fields), self._names_for(module))
        unions = [
            ": ".join(self._into_union(alias, member)[:2])
            for alias, value in self._changes.changed.items()
            for member in split(value)
            if member.__class__ is type and member.__name__ == name
        ]
        imports = [
            f"{path_of(HOMES[alias])}: from {module} import {name}"
            for alias, value in self._changes.changed.items()
            if HOMES[alias] != module
            and any(getattr(one, "__name__", "") == name for one in split(value))
        ]
        lines = [*code, "", *write_imports(module, code, name)]
        lines += [*place_in_index(module, name), *imports, *unions]
        if any("to RealtimeServerEvent" in union for union in unions):
            lines.append(f"{MATCH_EVENTS}: an import, and an arm in `handle`")
        if any("to RealtimeBeta" in union for union in unions):
            lines.append(f"{VOICE_LIVE}: the same union there, or what it has instead")
            lines.append(f"{ONLY_WE}, unless openai-python has the event")
        return Entry(
            path_of(module),
            f"add class {name} {self._place_in_file(module, name, owner)}{doubt}",
            tuple(lines),
        )

    def _former(self, name: str, part: Part) -> Iterator[str]:
        """Yield a note on the class that stood for an object without one of its own."""
        if part.owner is None or not is_class(part.owner[0]):
            return
        owner, key = part.owner
        field = getattr(attrs.fields(getattr(rtmodels, owner)), key, None)
        for member in split(field.type) if field else ():
            is_former = isinstance(member, type) and is_class(member.__name__)
            if is_former and tag_of(part.obj) is None:
                yield (
                    f"or keep {member.__name__} for it as well: add"
                    f' `"{name}": "{member.__name__}",` to OWN_NAMES in {DIFFERENCES},'
                    " and run this again"
                )

    def _place_in_file(self, module: str, name: str, owner: str = "") -> str:
        """Return the place where the class or alias *name* has to be defined.

        *owner* is a class that will have it in a field.
        """
        if present := find_node(module, name):
            return f"in place of what is in line {present.lineno}"

        annotations = [
            *self._changes.changed.items(),
            *(
                (user, found.type)
                for user, parts in self._upstream.uses.items()
                for part in parts
                for found in self._upstream.fields(user, part.obj).values()
            ),
        ]
        aliases = self._names_for(module)
        users = {
            user
            for user, annotation in annotations
            if re.search(rf"\b{name}\b", show(annotation, omit(aliases, user)))
        }
        nodes = [node for user in {*users, owner} if (node := find_node(module, user))]
        first = min(nodes, key=lambda node: node.lineno, default=None)
        if first:
            return f"before line {first.lineno}, {name_of(first)}"
        return f"before {owner}, which is new as well" if owner else "at the end"

    def _new_alias(self, target: str) -> Entry:
        """Write an alias that we do not have, or have a class for."""
        module, doubt = self._find_home(target)
        aliases = omit(self._names_for(module), target)
        line = f"{target}: TypeAlias = {show(self._upstream.alias(target), aliases)}"
        lines = [
            f"with a docstring under it: {DOCSTRING}",
            *write_imports(module, [line]),
            *place_in_index(module, target),
        ]
        where = self._place_in_file(module, target)
        return Entry(path_of(module), f"add `{line}` {where}{doubt}", tuple(lines))

    def _find_home(self, name: str, part: Part | None = None) -> tuple[str, str]:
        """Return the module for a new name, with a remark if no rule says which."""
        if home := self._upstream.home_of(name, part):
            return home, ""
        return "rtmodels.schema.session", ", or in the file of its topic"

    def _name(self, target: str) -> Iterator[Entry]:
        """Yield an entry if ``upstream(target)`` returns something unexpected."""
        is_alias = self._upstream.is_alias(target)
        name = target if is_alias else self._upstream.class_name(target)
        ours = getattr(rtmodels, name, None)
        try:
            found = find_upstream(target)
        except KeyError:
            found = None
        if ours is not None and found != ours:
            what = f'add `"{target}": {name}` to EXCEPTIONS'
            yield Entry(UPSTREAM_NAMES, what)


def omit(aliases: dict[str, Any], name: str) -> dict[str, Any]:
    """Return *aliases* without the one that is not to be written by itself."""
    return {key: value for key, value in aliases.items() if key != name}


def list_for(name: str) -> str:
    """Return the list of known differences for a class."""
    if "Translation" in name:
        return "TRANSLATION"
    return "BETA_MODELS" if "Beta" in name else "GA"


def list_some(names: Any) -> str:
    """List a few of *names*, and say how many more there are."""
    first, rest = list(names)[:3], list(names)[3:]
    return ", ".join(first) + (f" and {len(rest)} more" if rest else "")
