"""A made-up member's name, planted in every column of every table and in file names, leaves in no byte of a release."""

from pathlib import Path
from typing import Any
from urllib.parse import quote

import polars as pl
import pytest

from pipelines.build import BuildError, build
from redaction.detection import Detector
from redaction.release import verify
from redaction.release.gates.normalize import squeeze
from tests.network import AS_OF, Network, paths_of

NAME = "Xqvara Canaryson"
TIGHT = "xqvaracanaryson"
FULL_WIDTH = "".join(chr(ord(c) + 0xFEE0) if c != " " else "\u3000" for c in NAME)
DISGUISES = {
    "plain": NAME,
    "zero-width": "Xqv\u200bara Canary\u200bson",
    "full-width": FULL_WIDTH,
    "hashtag": "#XqvaraCanaryson",
    "url-encoded": f"https://network.example/find?q={quote(NAME)}",
    "mention": "@xqvara.canaryson",
    "address": "xqvara.canaryson@mail.example",
    "link": "https://network.example/in/xqvara-canaryson",
}
SENTENCE = "We talked about timetables with {} for an hour and it was time well spent."


@pytest.fixture(autouse=True)
def _own_dagster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)


def planted(folder: Path, **gates: Any) -> Path:
    """Write a network with the name in every text column and in file names."""
    network = Network()
    base = network.posts[1]
    network.posts += [
        base
        | {
            "post_id": f"{TIGHT}-{kind}",
            "author_id": "ada",
            "kind": "article",
            "title": SENTENCE.format(text),
            "text": SENTENCE.format(text),
            "context": f"group of {NAME}",
            "url": f"https://network.example/{TIGHT}",
            "mentions": ["canary"],
        }
        for kind, text in DISGUISES.items()
    ]
    text = SENTENCE.format(NAME)
    job = {"title": NAME, "company": NAME, "location": NAME, "description": text}
    school = {"school": NAME, "degree": NAME, "field": NAME, "description": text}
    network.profiles[0] |= {"headline": text, "about": text, "experience": [job], "education": [school]}
    network.profiles.append(
        network.profiles[1]
        | {
            "user_id": "canary",
            "full_name": NAME,
            "given_name": "Xqvara",
            "family_name": "Canaryson",
            "handle": "xqvara.canaryson",
            "vanity_url": DISGUISES["link"],
            "emails": [DISGUISES["address"]],
            "phones": ["+44 20 7946 0958"],
            "headline": SENTENCE.format(NAME),
            "about": SENTENCE.format(FULL_WIDTH),
        }
    )
    network.region_signals += [
        {"subject_id": "canary", "signal": "profile", "value": "US", "valid_from": AS_OF.replace(year=2020)},
        {"subject_id": TIGHT, "signal": "signup", "value": NAME, "valid_from": AS_OF.replace(year=2020)},
    ]
    network.rights_events.append(
        network.rights_events[1]
        | {"event_id": TIGHT, "subject_id": TIGHT, "mechanism": NAME, "notice_version": NAME, "categories": [NAME]}
    )
    network.objections.append({"objection_id": TIGHT, "name": NAME, "handle": TIGHT, "received_at": AS_OF})
    inputs = {"posts": {"path": f"posts of {NAME}/*.parquet"}}
    unmatched = {"max_unmatched": 0.5}  # The name is also the id of a subject who is no member.
    config = network.write(folder, inputs=inputs, rights=unmatched, release={"gates": {"canaries": [NAME], **gates}})
    (folder / f"posts of {NAME}").mkdir()
    (folder / "posts.parquet").rename(folder / f"posts of {NAME}" / f"{TIGHT}.parquet")
    return config


def output_of(config: Path) -> dict[str, str]:
    """Return every file below the output by its path: its bytes as text, and the rows of Parquet files."""
    contents = {}
    for path in (p for p in Path(str(paths_of(config).releases)).rglob("*") if p.is_file()):
        raw = path.read_bytes()
        rows = pl.read_parquet(path).write_json() if path.suffix == ".parquet" else ""
        contents[str(path.relative_to(config.parent))] = raw.decode("utf-8", "replace") + rows
    return contents


def test_a_name_in_every_field_and_disguise_is_in_no_released_byte(tmp_path: Path) -> None:
    config = planted(tmp_path, max_set_aside=0.3)
    build(config)
    release = Path(str(paths_of(config).releases)) / "1.0.0"
    assert verify(release).ok
    rows = pl.read_parquet(release / "data" / "*.parquet")
    kept = rows.filter(pl.col("text").str.contains("We talked about timetables with"))
    assert kept["record_id"].n_unique() >= len(DISGUISES) // 2, "what is planted must have been analyzed and redacted"
    for path, content in output_of(config).items():
        assert TIGHT not in squeeze(path).text
        assert TIGHT not in squeeze(content).text, path
        assert "xqvara" not in squeeze(content).text, path


def test_with_a_detector_that_finds_nothing_nothing_is_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = planted(tmp_path)
    monkeypatch.setattr(Detector, "detect_each", lambda _self, texts, *_: [() for _ in texts])
    with pytest.raises(BuildError, match="gate"):
        build(config)
    assert not list((tmp_path / "out").rglob("manifest.json"))
    assert not list((tmp_path / "out").rglob("*.parquet"))
