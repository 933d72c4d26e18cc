"""Writes the functions that copy an instance of one class into another.

The function for a class that has just another name in the GA, and has an item::

    def rename_ConversationItemCreatedEvent(x):
        self = ConversationItemAddedEventDraft()
        self.extra = x.extra
        self.event_id = x.event_id
        self.item = convert_item(x.item)
        self.type = 'conversation.item.added'
        self.previous_item_id = x.previous_item_id
        self.__class__ = ConversationItemAddedEvent
        return self
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import attrs

from rtmodels.converter._draft import draft_of
from rtmodels.converter._source import Source
from rtmodels.converter.plan import HAS_GIL, plan_class

__all__ = ["Convert", "write_rename"]

Convert: TypeAlias = Callable[[Any], Any]


def write_rename(before: type, after: type, convert: Mapping[str, Convert]) -> Convert:
    """Make the function that copies an instance of *before* into a new *after*.

    Args:
        before: The class of what the function takes.
        after: The class of what it gives, with the same fields.
        convert: What to do to the values of some fields.
    """
    src = Source()
    constants = {f.name: f.constant for f in plan_class(after).fields if f.constant}
    name = f"rename_{before.__name__}"
    with src.block(f"def {name}(x):"):
        cls = src.bind(after, after.__name__)
        values: dict[str, str] = {}
        for field in attrs.fields(after):
            if field.name in convert:
                function = src.bind(convert[field.name], f"convert_{field.name}")
                value = f"{function}(x.{field.name})"
            elif field.name in constants:
                value = repr(constants[field.name])
            else:
                value = f"x.{field.name}"
            values[field.name] = value
        if not HAS_GIL:
            arguments = (f"{key}={value}" for key, value in values.items())
            src.line(f"return {cls}({', '.join(arguments)})")
            return src.compile(name)
        src.line(f"self = {src.bind(draft_of(after), f'{after.__name__}Draft')}()")
        for attribute, value in values.items():
            src.line(f"self.{attribute} = {value}")
        src.line(f"self.__class__ = {cls}")
        src.line("return self")
    return src.compile(name)
