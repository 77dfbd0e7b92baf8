"""The garbage collector is as it was after a batch, and models that were dropped can go."""

import gc
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest

from redaction import garbage_collector
from redaction.detection import DetectionSettings, Detector


def test_a_pause_ends_also_when_work_fails() -> None:
    with pytest.raises(ZeroDivisionError), garbage_collector.paused():
        assert not gc.isenabled()
        _ = 1 / 0
    assert gc.isenabled()


def test_who_has_no_collector_gets_none() -> None:
    gc.disable()
    try:
        with garbage_collector.paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_pauses_in_several_threads_end_with_the_last() -> None:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(_some_pauses, range(4)))
    assert gc.isenabled()
    with garbage_collector.paused():
        with garbage_collector.paused():
            pass
        assert not gc.isenabled()


def _some_pauses(_: int) -> None:
    for _ in range(500):
        with garbage_collector.paused():
            assert not gc.isenabled()


def test_models_are_left_out() -> None:
    Detector.from_settings(DetectionSettings.model_validate({"languages": {"en": {"rules_only": True}}}))
    assert gc.get_freeze_count() > 10_000


class Ring:
    """Garbage that only the collector can find."""

    def __init__(self) -> None:
        self.me = self


def test_what_nobody_holds_any_more_can_go() -> None:
    with garbage_collector.left_out():
        ring = Ring()
        gone = weakref.ref(ring)
        del ring
    gc.collect()
    assert gone() is not None
    with garbage_collector.left_out():
        gc.collect()
        assert gone() is None
