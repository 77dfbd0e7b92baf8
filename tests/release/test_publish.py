import filecmp
import json
import random
import re
import shutil
from pathlib import Path

import datasets
import polars as pl
import pytest
import yaml

from redaction.release import GateResult, ShardWriter, Staging, add_report, draft_release, publish, verify
from redaction.release.claims import lint_card
from redaction.release.errors import PublishError, StagingError
from redaction.release.settings import CardSettings
from tests.release.making import PASSED, build_facts, corpus_rows, release, stage


def files_of(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_a_release_has_all_files_and_no_staging_is_left(tmp_path):
    folder = release(tmp_path)
    assert folder == tmp_path / "demo" / "1.0.0"
    assert files_of(folder) == [
        "README.md",
        "SHA256SUMS",
        "ab-2013.json",
        "ai-act.json",
        "assessment-evidence.json",
        "croissant.json",
        *(f"data/part-{i:05}.parquet" for i in range(4)),
        "manifest.json",
        "provenance.json",
        "report.html",
        "report.json",
    ]
    report = verify(folder)
    assert (report.problems, report.files, report.rows, report.version) == ((), 14, 40, "1.0.0")
    assert not list((tmp_path / "demo").glob(".staging*"))


def test_the_same_build_gives_the_same_bytes(tmp_path):
    one, two = release(tmp_path / "a"), release(tmp_path / "b")
    assert files_of(one) == files_of(two)
    assert all(filecmp.cmp(one / f, two / f, shallow=False) for f in files_of(one))


def test_publishing_the_same_bytes_twice_changes_nothing(tmp_path):
    folder = release(tmp_path)
    before = {f: (folder / f).stat().st_mtime_ns for f in files_of(folder)}
    assert release(tmp_path) == folder
    assert {f: (folder / f).stat().st_mtime_ns for f in files_of(folder)} == before


def test_other_bytes_under_the_same_version_are_refused(tmp_path):
    folder = release(tmp_path)
    before = (folder / "manifest.json").read_bytes()
    with pytest.raises(PublishError, match="choose another version"):
        release(tmp_path, corpus_rows(posts=31))
    assert (folder / "manifest.json").read_bytes() == before


def test_publishing_over_a_damaged_release_fails(tmp_path):
    folder = release(tmp_path)
    with (folder / "README.md").open("a") as file:
        file.write("x")
    with pytest.raises(PublishError, match="other bytes"):
        release(tmp_path)


@pytest.mark.parametrize(
    ("gates", "match"),
    [
        ([], "no gate was run"),
        (
            [PASSED, GateResult(name="known_values", passed=False, value=3, threshold=0)],
            "gate known_values measured 3",
        ),
    ],
)
def test_nothing_unaudited_is_published(tmp_path, gates, match):
    staging, manifest = stage(tmp_path, corpus_rows())
    with pytest.raises(PublishError, match=match):
        publish(staging, manifest.with_gates(gates))
    assert not (tmp_path / "demo" / "1.0.0").exists()


def test_bytes_changed_after_the_audit_are_refused(tmp_path):
    staging, manifest = stage(tmp_path, corpus_rows())
    (staging.folder / "data" / "extra.parquet").write_bytes(b"x")
    with pytest.raises(PublishError, match=r"extra.parquet: not in the manifest"):
        publish(staging, manifest)
    assert not (tmp_path / "demo" / "1.0.0").exists()


def test_a_superseded_run_cannot_publish(tmp_path):
    late, manifest = stage(tmp_path, corpus_rows(), run="first")
    newer, other = stage(tmp_path, corpus_rows(posts=12), run="second")
    with pytest.raises(StagingError, match="superseded"):
        publish(late, manifest)
    late.folder.mkdir(parents=True)
    with pytest.raises(StagingError, match="superseded"):
        publish(late, manifest)
    publish(newer, other)
    with pytest.raises(StagingError, match="superseded"):
        publish(late, manifest)


def test_a_second_staging_with_the_same_run_id_supersedes_the_first(tmp_path):
    orphan, manifest = stage(tmp_path, corpus_rows(), run="run")
    again, other = stage(tmp_path, corpus_rows(), run="run")
    with pytest.raises(StagingError, match="superseded"):
        publish(orphan, manifest)
    orphan.discard()
    assert again.folder.is_dir(), "an orphan must not remove what is not its own"
    assert verify(publish(again, other)).ok


def test_another_process_resumes_and_publishes_what_was_staged(tmp_path):
    staging, manifest = stage(tmp_path, corpus_rows(), run="run")
    staging.save_manifest(manifest)
    resumed = Staging.resume(tmp_path, "demo", "run")
    assert resumed == staging
    assert resumed.read_manifest().to_bytes() == manifest.to_bytes()
    with pytest.raises(StagingError, match="has no staging"):
        Staging.resume(tmp_path, "demo", "other")
    assert verify(publish(resumed, resumed.read_manifest())).ok
    with pytest.raises(StagingError, match="has no staging"):
        Staging.resume(tmp_path, "demo", "run")


def test_a_context_leaves_nothing_behind(tmp_path):
    with pytest.raises(ZeroDivisionError), Staging.create(tmp_path, "demo", "run") as staging:
        assert staging.root.stat().st_mode & 0o077 == 0
        raise ZeroDivisionError
    assert not staging.root.exists()


def test_a_staging_that_cannot_be_removed_is_named_with_what_to_do(tmp_path):
    staging, _ = stage(tmp_path, corpus_rows(), run="run")
    staging.root.rename(tmp_path / "demo" / "other")
    staging.root.symlink_to(tmp_path / "demo" / "other")  # a link is not removed with what it leads to
    with pytest.raises(StagingError, match=r"\.staging-run: cannot be removed \(OSError\).* remove it by hand, or"):
        Staging.discard_all(tmp_path, "demo", tmp_path)


@pytest.mark.parametrize(("corpus", "run"), [("../x", "run"), ("demo", "../run"), ("Demo", "run"), ("demo", "")])
def test_invalid_folder_names_are_refused(tmp_path, corpus, run):
    with pytest.raises(StagingError, match="use"):
        Staging.create(tmp_path, corpus, run)


def test_kept_must_match_the_rows(tmp_path):
    rows = corpus_rows()
    staging = Staging.create(tmp_path, "demo", "run")
    with ShardWriter(staging.folder, 10) as writer:
        writer.write(rows)
    facts = build_facts(corpus_rows(posts=29))
    manifest = add_report(staging, draft_release(staging, facts, CardSettings()), [PASSED])
    with pytest.raises(PublishError, match="kept records per source"):
        publish(staging, manifest)


def test_one_changed_byte_is_reported_with_its_file(tmp_path):
    folder = release(tmp_path)
    rng = random.Random(7)
    for name in files_of(folder):
        path = folder / name
        content = path.read_bytes()
        offsets = {0, len(content) - 1, *(rng.randrange(len(content)) for _ in range(60))}
        for offset in offsets:
            corrupted = bytearray(content)
            corrupted[offset] ^= 1 << rng.randrange(8)
            path.write_bytes(corrupted)
            report = verify(folder)
            assert not report.ok
            assert report.problems[0].startswith(name)
        path.write_bytes(content)
    assert verify(folder).ok


def test_every_changed_byte_of_the_manifest_is_found(tmp_path):
    folder = release(tmp_path)
    path = folder / "manifest.json"
    content = path.read_bytes()
    for offset in range(0, len(content), 5):
        path.write_bytes(content[:offset] + bytes([content[offset] ^ 1]) + content[offset + 1 :])
        report = verify(folder)
        assert report.problems
        assert report.problems[0].startswith("manifest.json"), offset


def test_missing_added_and_linked_files_are_reported(tmp_path):
    folder = release(tmp_path)
    part = folder / "data" / "part-00001.parquet"
    content = part.read_bytes()
    part.unlink()
    assert verify(folder).problems == ("data/part-00001.parquet: missing",)
    (tmp_path / "elsewhere").write_bytes(content)
    part.symlink_to(tmp_path / "elsewhere")
    assert verify(folder).problems == ("data/part-00001.parquet: is not a regular file",)
    part.unlink()
    part.write_bytes(content)
    (folder / ".hidden").touch()
    (folder / "empty").mkdir()
    assert verify(folder).problems == (".hidden: not in the manifest", "empty/: not in the manifest")
    shutil.rmtree(folder)
    assert verify(folder).problems[0].startswith("manifest.json: missing")


def test_polars_and_datasets_load_a_release(tmp_path):
    folder = release(tmp_path)
    frame = pl.read_parquet(folder / "data" / "*.parquet")
    loaded = datasets.load_dataset(str(folder), cache_dir=str(tmp_path / "cache"))["train"]
    assert loaded.num_rows == frame.height == 40
    assert loaded["text"][:] == frame["text"].to_list()
    assert loaded[0]["entity_counts"] == [{"entity_type": "PERSON", "count": 1}]
    assert frame["entity_counts"].to_list()[0] == [{"entity_type": "PERSON", "count": 1}]


def test_the_card_has_the_figures_and_withholds_small_counts(tmp_path):
    card = (release(tmp_path, card=CardSettings()) / "README.md").read_text()
    assert "40 texts of 35 records" in card
    assert "2025-06-30T00:00:00Z" in card
    assert "| posts | input |  | withheld |" in card
    assert "| posts | withheld | `dropped/erased`, `dropped/opted_out`, `quarantined/id_null` |  |" in card
    assert "| `en` | 40 |" in card
    assert "| `PERSON` | 40 |" in card
    assert lint_card(card) == ()


@pytest.mark.parametrize("words", ["fully anonymised data", "It is Anonymous.", "GDPR-compliant", "de-identified"])
def test_a_card_that_claims_too_much_is_refused(tmp_path, words):
    assert "line 2" in lint_card(f"fine\n{words}")[0]
    staging = Staging.create(tmp_path, "demo", "run")
    with ShardWriter(staging.folder, 10) as writer:
        writer.write(corpus_rows())
    with pytest.raises(PublishError, match="claims too much"):
        draft_release(staging, build_facts(corpus_rows()), CardSettings(description=words))


def test_nothing_in_the_card_acts(tmp_path):
    evil = 'x"\n---\n<script>alert(1)</script>\n![i](http://a.example/t.png)[l](javascript:alert(1))\x1b[31m `c`'
    rows = corpus_rows().with_columns(text=pl.lit(evil))
    staging = Staging.create(tmp_path, "demo", "run")
    with ShardWriter(staging.folder, 10) as writer:
        writer.write(rows)
    settings = CardSettings(
        title=evil, description=f"{evil} [good](https://a.example)", contact=evil, smallest_count=1, citation=evil
    )
    draft_release(staging, build_facts(rows), settings)
    head, card = (staging.folder / "README.md").read_text("utf-8").split("\n---\n", 1)
    assert yaml.safe_load(head)["pretty_name"] == evil
    assert "alert(1)" in card
    assert not re.search(r"<script|\x1b|\]\((?!https://a\.example\)|http://a\.example/t)", card)
    assert "[good](https://a.example)" in card


@pytest.mark.parametrize(
    ("given", "cited"), [(None, "demo, version 1.0.0, rights as of "), ("@misc{demo}", "@misc{demo}")]
)
def test_card_and_croissant_say_how_to_cite_a_release(tmp_path: Path, given: str | None, cited: str) -> None:
    staging = Staging.create(tmp_path, "demo", "run")
    with ShardWriter(staging.folder, 10) as writer:
        writer.write(corpus_rows())
    draft_release(staging, build_facts(corpus_rows()), CardSettings(citation=given))
    card = (staging.folder / "README.md").read_text("utf-8")
    assert f"## Citation\n\n    {cited}" in card
    assert json.loads((staging.folder / "croissant.json").read_bytes())["citeAs"].startswith(cited)


def test_an_empty_release_verifies(tmp_path):
    assert verify(release(tmp_path, corpus_rows().clear())).ok
