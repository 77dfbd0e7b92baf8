"""Notices are a signed chain, and hold nothing private."""

from datetime import timedelta

import polars as pl
import pytest

from redaction.release import ReleaseSettings
from redaction.release.takedown import (
    Signer,
    TakedownError,
    read_chain,
    take_down,
)
from tests.release.making import MASTER, release
from tests.release.takedown.requests import request, result_of, withdrawn


def test_the_notice_has_times_and_causes_and_nothing_private(tmp_path):
    release(tmp_path / "out")
    outcome = take_down(request(tmp_path), pl.concat([withdrawn("p3"), withdrawn("p4", reason="region_exempt")]))
    assert outcome is not None
    notice = outcome.notice
    assert notice.causes == {"withdrawal": 1, "rule": 1}
    assert notice.seconds_to_removal == {"median": 172_800, "p95": 172_800, "longest": 172_800}
    text = outcome.notice_path.read_text()
    for private in ("p3", "region", "opted_out", "Text 3", MASTER.hex()):
        assert private not in text
    assert notice.deadline - notice.effective_at == timedelta(days=30)


@pytest.mark.parametrize("spoil", ["byte", "order", "missing", "signer"])
def test_a_changed_chain_is_refused(tmp_path, spoil):
    release(tmp_path / "out")
    first = result_of(tmp_path, "p3").notice_path
    second = result_of(tmp_path, "p4").notice_path
    folder = tmp_path / "out" / "demo"
    key = Signer(MASTER, "demo").public_key
    assert len(read_chain(folder, key)) == 2
    if spoil == "byte":
        for position in range(0, len(first.read_bytes()), 7):
            content = first.read_bytes()
            first.write_bytes(content[:position] + bytes([content[position] ^ 1]) + content[position + 1 :])
            with pytest.raises(TakedownError):
                read_chain(folder)
            first.write_bytes(content)
        return
    if spoil == "order":
        content = first.read_bytes()
        first.write_bytes(second.read_bytes())
        second.write_bytes(content)
    elif spoil == "missing":
        first.unlink()
    else:
        key = Signer(MASTER[::-1], "demo").public_key
    with pytest.raises(TakedownError):
        read_chain(folder, key)


def test_a_notice_signed_with_another_key_is_refused(tmp_path):
    release(tmp_path / "out")
    notice, path = (outcome := result_of(tmp_path, "p3")).notice, outcome.notice_path
    path.write_bytes(notice.signed(Signer(bytes(range(32, 64)), "demo")).to_bytes())
    assert len(read_chain(tmp_path / "out" / "demo")) == 1, "it is whole in itself"
    with pytest.raises(TakedownError, match="signature"):
        read_chain(tmp_path / "out" / "demo", notice.public_key)
    with pytest.raises(TakedownError, match="signature"):
        take_down(request(tmp_path), withdrawn("p4"))


def test_a_public_notice_has_no_small_counts_and_whole_days(tmp_path):
    release(tmp_path / "out")
    few = pl.concat([withdrawn("p3", "p4"), withdrawn("p5", reason="region_exempt")])
    few = few.with_columns(pl.col("event_time") - timedelta(seconds=1))
    outcome = take_down(request(tmp_path, settings=ReleaseSettings()), few)
    assert outcome is not None
    assert outcome.notice.causes == {"rule": None, "withdrawal": None}
    assert outcome.notice.seconds_to_removal["longest"] == 3 * 86_400
    assert outcome.seconds_to_removal["longest"] == 2 * 86_400 + 1
