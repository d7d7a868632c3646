"""What the garbage collector leaves alone."""

from __future__ import annotations

import gc

import pytest

from generator.memory import uncollected, young


def test_nothing_is_collected_inside_and_after_it_is_as_before() -> None:
    assert gc.isenabled()
    with pytest.raises(KeyError), uncollected():
        assert not gc.isenabled()
        raise KeyError
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        with uncollected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_what_was_there_before_is_not_looked_at_inside() -> None:
    before = gc.get_freeze_count()
    with young():
        assert gc.get_freeze_count() > before
    assert gc.get_freeze_count() == 0
