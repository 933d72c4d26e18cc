"""What type checkers make of the plans of classes; checked, and never run."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal, assert_never, assert_type

from rtmodels import RealtimeResponse, RealtimeServerEvent, Unset
from rtmodels.converter import plan


def classes_have_plans() -> None:
    """Give the keys of a class, and what is known of each."""
    found = plan.plan_class(RealtimeResponse)
    assert_type(found, plan.ClassPlan)
    assert_type(found.cls, type)
    assert_type(found.names, frozenset[str])
    assert_type(found.draftable, bool)
    assert_type(found.fields, tuple[plan.FieldPlan, ...])
    for field in found.wire_fields:
        assert_type(field, plan.FieldPlan)
        assert_type(field.shape, plan.Shape)
        assert_type(field.absent, Unset | None)
        assert_type(field.constant, str | None)
    found.draftable = True  # type: ignore[misc]


def types_have_shapes() -> None:
    """Tell about shapes and classes."""
    shape = plan.plan_type(RealtimeServerEvent)
    assert_type(shape, plan.Shape)
    assert_type(plan.find_classes(shape), Iterable[type])
    assert_type(plan.is_recursive(RealtimeResponse), bool)
    assert_type(plan.is_schema_class(RealtimeResponse), bool)
    assert_type(plan.json_class(shape), type)
    assert_type(plan.by_class((shape,)), dict[type, plan.Shape])
    assert_type(plan.STAND_INS, dict[type, type])
    plan.by_class([shape])  # type: ignore[arg-type]
    plan.json_class(RealtimeResponse)  # type: ignore[arg-type]


def describe(shape: plan.Shape) -> str:
    """Handle every shape there is; a missing one would be an error below."""
    match shape:
        case plan.Scalar(kind=kind) | plan.Anything(kind=kind) | plan.Object(cls=kind):
            assert_type(kind, type)
            return kind.__name__
        case plan.Words(values=values, outside=outside):
            assert_type(values, tuple[Any, ...])
            assert_type(outside, Literal["never", "tolerant", "always"])
            return outside
        case plan.Tagged(branch=branch):
            assert_type(branch, plan.Branch)
            assert_type(branch.cases, Mapping[str, type | plan.Branch])
            assert_type(shape.classes, tuple[type, ...])
            return branch.key
        case plan.Maybe(shape=inner) | plan.Array(item=inner) | plan.Table(value=inner):
            return describe(inner)
        case plan.Either(shapes=shapes):
            assert_type(shapes, tuple[plan.Shape, ...])
            return "either"
        case plan.Base64():
            return "base64"
        case plan.Foreign(type=type_):
            return str(type_)
    assert_never(shape)
