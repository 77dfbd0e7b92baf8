"""A member's story by commands: released, objects late, taken down, answered, certified; every figure agrees."""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from redaction.release import Manifest
from redaction.release.papers.papers import AB_2013, AI_ACT, ASSESSMENTS
from tests.network import Network, paths_of
from tests.pipelines.running import command
from tests.releases import release

AS_OF = "2025-06-30T00:00:00+00:00"
FILES = ["SHA256SUMS", "answer.json", "letter.txt", "page.html", "receipts.json", "texts.jsonl"]


def run(*arguments: object, code: int = 0) -> list[str]:
    done = command(*map(str, arguments))
    assert done.returncode == code, done.stderr + done.stdout
    assert "Ada Okafor" not in done.stdout + done.stderr
    return done.stdout.splitlines()


def only_folder(output: Path) -> Path:
    (folder,) = [each for each in output.iterdir() if each.is_dir()]
    return folder


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path, str]]:
    """The story, up to the acknowledged takedown: the config, the package before the request, and the request."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DAGSTER_HOME", raising=False)
        folder = tmp_path_factory.mktemp("net")
        contact = {"card": {"smallest_count": 1, "contact": "privacy@example.org"}}
        config = Network().write(folder, release=contact)
        first = release(config)
        before = folder / "before"
        run("answer", config, "ada", "--output", before, "--language", "de", "--as-of", AS_OF)
        registered = run("register", first, "--as", "copied", "--at", "s3://bucket/copy", "--json")
        copy = json.loads("\n".join(registered))["descendant"]
        run("register", first, "--as", "trained", "--at", "s3://bucket/model")
        request = run("request", "open", config, "ada", "--kind", "objection", "--received", "2025-06-20")[-1]
        run("request", "answer", config, request, "--output", folder / "early", "--as-of", AS_OF, code=1)
        run("takedown", config, "--yes", "--withdraw", "--as-of", AS_OF, "--most-absent", "1")
        said = run("acknowledge", first, "000001", copy, "--response", "removed", "--json")
        assert json.loads("\n".join(said)) == {"takedown": "000001", "descendant": copy, "response": "removed"}
        yield config, before, request


@pytest.fixture
def config(story: tuple[Path, Path, str], tmp_path: Path) -> Path:
    return shutil.copytree(story[0].parent, tmp_path / "net") / story[0].name


def test_the_first_answer_holds_what_the_release_holds(story: tuple[Path, Path, str]) -> None:
    config, before, _ = story
    folder = only_folder(before)
    assert "ada" not in folder.name
    assert sorted(path.name for path in folder.iterdir()) == FILES
    assert (folder.stat().st_mode | (folder / "answer.json").stat().st_mode) & 0o077 == 0
    answer = json.loads((folder / "answer.json").read_text())
    assert (answer["verdict"], answer["readable"], answer["subject_id"]) == ("not_gone", 3, "ada")
    (held,) = answer["releases"]
    manifest = Manifest.read(Path(str(paths_of(config).releases)) / "1.0.0")
    assert (held["version"], held["records"], held["state"]) == ("1.0.0", 3, "current")
    assert held["manifest_sha256"] == manifest.digest
    texts = [json.loads(line) for line in (folder / "texts.jsonl").read_text().splitlines()]
    assert {row["source_id"] for row in texts} == {"ada", "p-ada", "p-may"}
    assert len({row["record_id"] for row in texts}) == 3
    decided = {row["source_id"]: row["reason"] for row in answer["decisions"]}
    assert decided["p-ada"] == "eligible"
    assert decided["p-msg"] == "kind_denied"
    letter = (folder / "letter.txt").read_text()
    assert "gelesen werden können: 3." in letter
    assert "privacy@example.org" in letter
    page = (folder / "page.html").read_text()
    assert "[PERSON_1]" in page
    assert "<script" not in page
    assert "://" not in page
    for name, digest in (line.split()[::-1] for line in (folder / "SHA256SUMS").read_text().splitlines()):
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    with zipfile.ZipFile(before / f"{folder.name}.zip") as archive:
        assert sorted(Path(name).name for name in archive.namelist()) == FILES


def test_a_letter_is_about_that_member_only(story: tuple[Path, Path, str]) -> None:
    """One of the member's comments was left out because of another member, who is not named."""
    folder = only_folder(story[1])
    decided = json.loads((folder / "answer.json").read_text())["decisions"]
    assert {row["reason"] for row in decided if row["source_id"] == "p-re-eva"} == {"parent_protected"}
    for path in folder.iterdir():
        text = path.read_text()
        for other in ("p-eva", "eva", "ben", "p-ben", "Lindqvist", "zanzibarcanary"):
            assert f'"{other}"' not in text.replace("p-re-eva", ""), (path.name, other)


def test_the_request_is_answered_and_certified(story: tuple[Path, Path, str], config: Path) -> None:
    request = story[2]
    listed = json.loads("\n".join(run("request", "list", config, "--json", code=1)))
    (line,) = listed["requests"]
    assert (line["request_id"], line["state"], line["due"]) == (request, "taken down", "2025-07-20")
    assert (line["readable"], line["open_copies"], line["overdue"]) == (0, 1, True)
    output = config.parent / "answers"
    said = json.loads("\n".join(run("request", "answer", config, request, "-o", output, "--as-of", AS_OF, "--json")))
    zipped = str(output / f"{request}.zip")
    assert said == {"packages": 1, "certificates": 1, "written": zipped, "verdict": "gone", "readable": 0}
    folder = only_folder(output)
    assert folder.name == request
    answer = json.loads((folder / "answer.json").read_text())
    assert (answer["verdict"], answer["readable"]) == ("gone", 0)
    assert "- 2025-06-20: you objected\n" in (folder / "letter.txt").read_text()
    (takedown,) = answer["takedowns"]
    assert takedown["records"] == {"posts": 2, "profiles": 1}
    notice = json.loads((Path(str(paths_of(config).releases)) / "takedowns" / "000001.json").read_text())
    (affected,) = notice["releases"]
    assert len({each["record_id"] for each in affected["records"]}) == sum(takedown["records"].values())
    successor = Manifest.read(Path(str(paths_of(config).releases)) / "2.0.0")
    first = Manifest.read(Path(str(paths_of(config).releases)) / "1.0.0")
    removed = {source: first.sources[source].kept - successor.sources[source].kept for source in first.sources}
    assert removed == takedown["records"]
    assert (folder / "texts.jsonl").read_text() == ""
    certificate = json.loads((folder / "certificate.json").read_text())
    assert [(level["name"], level["reached"]) for level in certificate["levels"]] == [
        ("current_release", True),
        ("every_readable_release", True),
        ("copies", True),
        ("models", False),
    ]
    assert [model["version"] for model in certificate["models"]] == ["1.0.0"]
    assert {each["version"]: each["records"] for each in certificate["releases"]} == {"1.0.0": 3, "2.0.0": 0}
    assert run("request", "list", config)[-1] == "0 requests, 0 overdue"
    assert pl.read_parquet(paths_of(config).state / "requests.parquet")["subject_id"].to_list() == [None]
    entries = len(run("log", config)) - 1
    assert run("log", config, "--check") == [f"{entries} entries, an unbroken chain"]
    actions = paths_of(config).state / "actions.jsonl"
    actions.write_bytes(b"".join(actions.read_bytes().splitlines(keepends=True)[:-1]))
    for arguments in (("log", config, "--check"), ("trace", config, "ada"), ("takedown", config, "--yes")):
        run(*arguments, code=1)


@pytest.mark.parametrize("version", ["1.0.0", "2.0.0"])
def test_the_papers_of_every_release_agree_with_its_manifest(story: tuple[Path, Path, str], version: str) -> None:
    folder = Path(str(paths_of(story[0]).releases)) / version
    manifest = Manifest.read(folder)
    kept = {source: counts.kept for source, counts in manifest.sources.items()}
    items = json.loads((folder / AB_2013).read_text())["items"]
    texts = sum(shard.rows for shard in manifest.shards if shard.rows)
    assert items[2]["value"] == {"records": kept, "texts": texts}
    evidence = json.loads((folder / ASSESSMENTS).read_text())
    dropped = {source: dict(counts.dropped) for source, counts in manifest.sources.items()}
    assert evidence["impact_assessment"]["records_left_out_by_reason"]["value"] == dropped
    dataset = json.loads((folder / AI_ACT).read_text())["dataset"]
    assert (dataset["name"], dataset["version"]) == (manifest.corpus, version)


def test_one_byte_of_any_evidence_ends_the_proof(config: Path) -> None:
    path = config.parent / "certificate.json"
    made = json.loads("\n".join(run("certify", config, "ada", "--output", path, "--as-of", AS_OF, "--json")))
    assert json.loads("\n".join(run("certify", config, "--check", path, "--json"))) == made
    assert (made["proven"], made["problems"], made["levels"]["current_release"]) == (True, [], True)
    assert run("certify", config, "--check", path)[0].startswith("Proven")
    corpus = Path(str(paths_of(config).releases))
    evidence = [each["path"] for each in json.loads(path.read_text())["evidence"]]
    assert {Path(each).parts[0] for each in evidence} == {
        "1.0.0",
        "2.0.0",
        "acknowledgements",
        "descendants",
        "takedowns",
    }
    shards = [str(each.relative_to(corpus)) for each in (corpus / "2.0.0").rglob("*.parquet")]
    assert shards
    for each in (*evidence, *shards):
        content = (corpus / each).read_bytes()
        for position in {0, len(content) // 2, len(content) - 1}:
            changed = bytearray(content)
            changed[position] ^= 1
            (corpus / each).write_bytes(changed)
            assert run("certify", config, "--check", path, code=1)[-1].startswith("Not proven"), each
        (corpus / each).unlink()
        assert run("certify", config, "--check", path, code=1)[-1].startswith("Not proven"), each
        (corpus / each).write_bytes(content)
    assert run("certify", config, "--check", path)[0].startswith("Proven")
    own = path.read_bytes()
    path.write_bytes(own.replace(b'"reached":false', b'"reached":true '))
    run("certify", config, "--check", path, code=1)


def test_nothing_is_certified_while_the_release_to_use_holds_records(config: Path) -> None:
    done = command("certify", str(config), "ben", "--output", str(config.parent / "c.json"), "--as-of", AS_OF)
    assert done.returncode == 1
    assert "discreet request open CONFIG MEMBER --kind erasure" in done.stderr
    assert "run discreet takedown CONFIG --withdraw first" in done.stderr
    assert not (config.parent / "c.json").exists()
