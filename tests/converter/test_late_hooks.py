"""Hooks that are registered after a converter has been used."""

import gc

import pytest
from attrs import frozen

from rtmodels import Model, configure, make_converter
from rtmodels.adapters import JsonAdapter


@frozen(kw_only=True)
class Inner(Model):
    """A class that holds one value."""

    n: int | None = None


@frozen(kw_only=True)
class Outer(Model):
    """A class that holds another in each way that there is."""

    one: Inner | None = None
    some: tuple[Inner, ...] | None = None
    text_or_one: str | Inner | None = None


PAYLOAD = {"one": {"n": 1}, "some": [{"n": 2}], "text_or_one": {"n": 3}}
VALUE = Outer(one=Inner(n=1), some=(Inner(n=2),), text_or_one=Inner(n=3))
TENFOLD = Outer(one=Inner(n=10), some=(Inner(n=20),), text_or_one=Inner(n=30))


def read_tenfold(value, _):
    """Structure an `Inner` with ten times its value."""
    return Inner(n=10 * value["n"])


@pytest.mark.parametrize("adapter_is_alive", [True, False])
@pytest.mark.parametrize("collect", [True, False])
def test_a_hook_registered_after_the_first_use_counts_everywhere(
    adapter_is_alive, collect
):
    """Whatever else keeps the functions of before alive."""
    converter = make_converter()
    adapter = JsonAdapter(Outer, converter=converter)
    assert adapter.decode(b'{"one": {"n": 1}}').one == Inner(n=1)
    assert converter.structure(PAYLOAD, Outer) == VALUE
    if not adapter_is_alive:
        del adapter
    if collect:
        gc.collect()

    converter.register_structure_hook(Inner, read_tenfold)

    assert converter.structure(PAYLOAD, Outer) == TENFOLD


def test_an_unstructure_hook_registered_after_the_first_use_counts_everywhere():
    """As for structuring."""
    converter = make_converter()
    assert converter.unstructure(VALUE, Outer) == PAYLOAD

    converter.register_unstructure_hook(Inner, lambda value: value.n)

    assert converter.unstructure(VALUE, Outer) == {
        "one": 1,
        "some": [2],
        "text_or_one": 3,
    }


def test_a_copy_of_a_converter_has_hooks_of_its_own():
    """What one of the two learns, the other does not."""
    converter = make_converter()
    assert converter.structure(PAYLOAD, Outer) == VALUE
    copied = converter.copy()

    copied.register_structure_hook(Inner, read_tenfold)

    assert copied.structure(PAYLOAD, Outer) == TENFOLD
    assert converter.structure(PAYLOAD, Outer) == VALUE


def test_configure_returns_the_converter():
    """To make and configure one in one line."""
    converter = make_converter()

    assert configure(converter, mode="strict") is converter


WIRE = b'{"one":{"n":1},"some":[{"n":2}],"text_or_one":{"n":3}}'
NEGATIVE = b'{"one":{"n":-1},"some":[{"n":-2}],"text_or_one":{"n":-3}}'


@pytest.mark.parametrize("used", [False, True])
def test_a_hook_on_the_converter_that_an_adapter_made_counts_everywhere(used):
    """The adapter knows that its own converter has no hooks, until it has one."""
    adapter = JsonAdapter(Outer)
    if used:
        assert adapter.decode(WIRE) == VALUE
        assert adapter.encode(VALUE) == WIRE

    adapter.converter.register_structure_hook(Inner, read_tenfold)
    adapter.converter.register_unstructure_hook(Inner, lambda x: {"n": -x.n})
    if used:
        adapter = JsonAdapter(Outer, converter=adapter.converter)

    assert adapter.converter.structure(PAYLOAD, Outer) == TENFOLD
    assert adapter.decode(WIRE) == TENFOLD
    assert adapter.encode(VALUE) == NEGATIVE


@pytest.mark.parametrize("mode", ["strict", "tolerant", "forgiving"])
def test_a_hook_on_one_adapter_is_not_one_of_another(mode):
    """Also if both are of one type and have the same options."""
    one, other = JsonAdapter(Outer, mode=mode), JsonAdapter(Outer, mode=mode)
    one.converter.register_structure_hook(Inner, read_tenfold)

    assert one.decode(WIRE) == TENFOLD
    assert other.decode(WIRE) == VALUE
    assert JsonAdapter(Outer, mode=mode).decode(WIRE) == VALUE
