"""The garbage collector is as it was after a batch, and models that were dropped can go."""

import gc

import pytest

from redaction.detection import DetectionSettings, Detector, collector


def test_a_pause_ends_also_when_work_fails() -> None:
    with pytest.raises(ZeroDivisionError), collector.paused():
        assert not gc.isenabled()
        _ = 1 / 0
    assert gc.isenabled()


def test_who_has_no_collector_gets_none() -> None:
    gc.disable()
    try:
        with collector.paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_models_are_left_out_once() -> None:
    settings = DetectionSettings.model_validate({"languages": {"en": {"rules_only": True}}})
    Detector.from_settings(settings)
    first = gc.get_freeze_count()
    assert first > 10_000
    for _ in range(3):
        Detector.from_settings(settings)
    gc.collect()
    Detector.from_settings(settings)
    assert gc.get_freeze_count() < 1.5 * first
