"""Without the key no record can be linked to its source, and no release to another."""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from redaction.release import derive_release_key
from redaction.replacement import ReplacementSettings, Replacer
from tests.release.making import MASTER, corpus_rows, release

RECORDS = [("posts", f"p{i}") for i in range(30)] + [("profiles", f"u{i}") for i in range(5)]
KNOWN = ["", "demo", "1.0.0", "demo/1.0.0", "discreet/1", "record-ids", "secret", "0" * 64, "linkedin-2024-09"]


@dataclass(frozen=True)
class Mark:
    start: int
    end: int
    entity_type: str


def guesses() -> Iterator[str]:
    """Every id that someone could make who knows all source ids and all of the code, but no key."""
    for source, source_id in RECORDS:
        forms = [source_id, f"{source}|{source_id}", f"{source}:{source_id}", f"{source}{source_id}"]
        forms.append(f"{len(source):08x}{source}{source_id}")
        framed = len(source).to_bytes(4, "big") + source.encode() + source_id.encode()
        for message in [*(form.encode() for form in forms), framed]:
            for name in ("sha256", "sha1", "md5", "blake2b", "sha512"):
                yield hashlib.new(name, message).hexdigest()
            for known in KNOWN:
                yield hmac.new(known.encode(), message, hashlib.sha256).hexdigest()
                yield hashlib.sha256(known.encode() + message).hexdigest()
                yield hashlib.sha256(message + known.encode()).hexdigest()
        for key in (bytes(range(32, 64)), hashlib.sha256(b"demo").digest(), hashlib.sha256(b"").digest()):
            yield derive_release_key(key, "demo", "1.0.0").record_id(source, source_id)


def test_a_dictionary_of_all_source_ids_finds_nothing(tmp_path):
    ids = set(pl.read_parquet(release(tmp_path) / "data" / "*.parquet")["record_id"])
    assert ids == {derive_release_key(MASTER, "demo", "1.0.0").record_id(*record) for record in RECORDS}
    prefixes = {value[:12] for value in ids}
    tried = list(guesses())
    assert len(tried) > 5_000
    assert not prefixes & {guess[:12] for guess in tried}


def test_two_releases_of_the_same_input_have_no_id_in_common(tmp_path):
    one = pl.read_parquet(release(tmp_path / "a") / "data" / "*.parquet")
    for version in ("1.0.1", "2.0.0"):
        two = pl.read_parquet(release(tmp_path / "a", version=version) / "data" / "*.parquet")
        assert one.join(two, on="record_id", how="inner").is_empty()
        assert not {i[:8] for i in one["record_id"]} & {i[:8] for i in two["record_id"]}


def test_the_order_of_rows_does_not_depend_on_the_input():
    ids = corpus_rows(200, 0)
    numbers = ids["source_id"].str.slice(1).cast(pl.Int64).to_list()
    rising = sum(a < b for a, b in pairwise(numbers))
    assert 70 < rising < 130


def test_pseudonyms_of_two_releases_cannot_be_joined():
    names = [f"Person Number{i}" for i in range(200)]
    spans = [[Mark(0, len(name), "PERSON")] for name in names]
    made = []
    for version in ("1.0.0", "1.0.1"):
        key = derive_release_key(MASTER, "demo", version).replacement
        settings = ReplacementSettings.model_validate({"default": "pseudonym"})
        made.append({done.text for done in Replacer(settings, key).replace(names, spans)})
    assert len(made[0]) == len(made[1]) == 200
    assert not made[0] & made[1]


def test_nothing_in_a_release_holds_a_key_or_a_source_id(tmp_path):
    folder = release(tmp_path)
    key = derive_release_key(MASTER, "demo", "1.0.0")
    secrets = [MASTER, key.replacement, key.purpose("record-ids")]
    for path in (p for p in folder.rglob("*") if p.is_file()):
        content = path.read_bytes()
        assert not any(secret in content or secret.hex().encode() in content for secret in secrets)
    assert "source_id" not in pl.read_parquet(folder / "data" / "*.parquet").columns


def test_ids_made_together_equal_ids_made_one_by_one():
    key, ids = derive_release_key(MASTER, "demo", "1.0.0"), ["p1", "", "ü 漢", None, "p1", "x" * 300]
    for source in ("posts", "profiles"):
        made = key.record_ids(source, pl.Series(ids, dtype=pl.String))
        assert made.to_list() == [None if i is None else key.record_id(source, i) for i in ids]
