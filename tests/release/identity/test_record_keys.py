import base64
import os
import stat
import sys

import polars as pl
import pytest
from pydantic import ValidationError

from redaction.release import (
    KeySettings,
    RecordKey,
    ReleaseKeyError,
    create_key_file,
    derive_release_key,
    load_key,
)
from redaction.release.errors import ReleaseError

KEY = bytes(range(100, 132))


@pytest.mark.parametrize("text", [KEY.hex(), f" {KEY.hex().upper()}\n", base64.b64encode(KEY).decode()])
def test_a_key_from_the_environment(monkeypatch, text):
    monkeypatch.setenv("A_KEY", text)
    assert load_key(KeySettings(env="A_KEY")) == KEY


@pytest.mark.parametrize(
    ("text", "match"),
    [
        (KEY[:31].hex(), "31 bytes"),
        ("abcd" * 10, "20 bytes"),
        ("correct horse battery staple and more words", "neither hex nor base64"),
        ("k" * 36, "27 bytes"),
        ("0" * 64, "repeats a few bytes"),
        ("0123456789abcdef" * 4, "repeats a few bytes"),
    ],
)
def test_a_short_or_unreadable_key_is_refused_without_being_printed(monkeypatch, text, match):
    monkeypatch.setenv("A_KEY", text)
    with pytest.raises(ReleaseKeyError, match=match) as caught:
        load_key(KeySettings(env="A_KEY"))
    assert text not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_keys_are_refused(monkeypatch, tmp_path):
    monkeypatch.delenv("A_KEY", raising=False)
    with pytest.raises(ReleaseKeyError, match="A_KEY is not set"):
        load_key(KeySettings(env="A_KEY"))
    with pytest.raises(ReleaseKeyError, match="no such key file"):
        load_key(KeySettings(file=tmp_path / "key"))


def test_a_key_file_is_private_and_never_replaced(tmp_path):
    path = create_key_file(tmp_path / "secrets" / "key")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    key = load_key(KeySettings(file=path.relative_to(tmp_path)), tmp_path)
    assert len(key) == 32
    with pytest.raises(ReleaseKeyError, match="never replaced"):
        create_key_file(path)
    assert create_key_file(tmp_path / "other").read_bytes() != path.read_bytes()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_file_that_others_may_read_is_refused(tmp_path, mode):
    path = create_key_file(tmp_path / "key")
    path.chmod(mode)
    with pytest.raises(ReleaseKeyError, match="chmod 600"):
        load_key(KeySettings(file=path))


def test_a_key_below_the_output_is_refused(tmp_path):
    path = create_key_file(tmp_path / "output" / "key")
    with pytest.raises(ReleaseKeyError, match="must not be in"):
        load_key(KeySettings(file=path), never_under=[tmp_path / "output"])


def test_a_raw_key_file(tmp_path):
    raw = bytes(range(128, 192))
    path = tmp_path / "key"
    path.write_bytes(raw)
    path.chmod(0o600)
    assert load_key(KeySettings(file=path)) == raw


def test_a_key_from_a_command():
    assert load_key(KeySettings(command=(sys.executable, "-c", f"print('{KEY.hex()}')"))) == KEY
    with pytest.raises(ReleaseKeyError, match="ended with 3"):
        load_key(KeySettings(command=(sys.executable, "-c", "raise SystemExit(3)")))
    with pytest.raises(ReleaseKeyError, match="did not run"):
        load_key(KeySettings(command=("/no/such/program",)))


@pytest.mark.parametrize("settings", [{}, {"env": "A", "file": "b"}, {"command": []}, {"text": "x"}])
def test_exactly_one_source(settings):
    with pytest.raises(ValidationError):
        KeySettings.model_validate(settings)


def test_a_short_master_or_a_bad_version_is_refused():
    with pytest.raises(ReleaseKeyError, match="16 bytes"):
        derive_release_key(os.urandom(16), "demo", "1.0.0")
    with pytest.raises(ReleaseError, match=r"MAJOR.MINOR.PATCH"):
        derive_release_key(KEY, "demo", "1.0")


def test_ids_depend_on_everything_and_on_nothing_else():
    key = derive_release_key(KEY, "demo", "1.0.0")
    one = key.record_id("posts", "p1")
    assert len(one) == 40
    assert one == derive_release_key(KEY, "demo", "1.0.0").record_id("posts", "p1")
    others = [
        key.record_id("posts", "p2"),
        key.record_id("profiles", "p1"),
        key.record_id("postsp", "1"),
        derive_release_key(KEY, "demo", "1.0.1").record_id("posts", "p1"),
        derive_release_key(KEY, "other", "1.0.0").record_id("posts", "p1"),
        derive_release_key(KEY[::-1], "demo", "1.0.0").record_id("posts", "p1"),
        derive_release_key(KEY, "demo1", "1.0.0").record_id("posts", "p1"),
    ]
    assert len({one, *others}) == 8


def test_many_ids_are_the_same_as_one_by_one():
    key = derive_release_key(KEY, "demo", "1.0.0")
    ids = key.record_ids("posts", pl.Series(["a", None, "é"]))
    assert ids.to_list() == [key.record_id("posts", "a"), None, key.record_id("posts", "é")]
    assert key.record_ids("posts", pl.Series([], dtype=pl.String)).dtype == pl.String


def test_keys_of_purposes_differ_and_nothing_prints_the_key():
    key = RecordKey(KEY)
    assert len({key.replacement, key.purpose("record-ids"), key.purpose("x"), KEY}) == 4
    assert not any(secret.hex() in repr(key) or repr(secret) in repr(key) for secret in (KEY, key.replacement))
