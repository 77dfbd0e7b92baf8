import json

import pytest
from pydantic import ValidationError

from redaction.release import GateResult, Manifest, Registry, SourceCounts, parse_version
from redaction.release.errors import ManifestError, ReleaseError
from tests.release.making import build_facts, corpus_rows, release, stage


def test_counts_must_add_up():
    SourceCounts(input=5, kept=2, dropped={"a": 2}, quarantined={"b": 1})
    with pytest.raises(ValidationError, match="do not add up"):
        SourceCounts(input=5, kept=2, dropped={"a": 1}, quarantined={"b": 1})
    with pytest.raises(ValidationError):
        SourceCounts(input=1, kept=2, dropped={"a": -1})


def test_fields_must_add_up_to_rows(tmp_path):
    _, manifest = stage(tmp_path, corpus_rows())
    values = manifest.model_dump(by_alias=True)
    assert Manifest.model_validate(values).rows == 40
    with pytest.raises(ValidationError, match="fields: count"):
        Manifest.model_validate(values | {"fields": {"text": 1}})
    with pytest.raises(ValidationError, match="sorted"):
        Manifest.model_validate(values | {"files": values["files"][::-1]})


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "a/../b", "", "a//b", "a\\b"])
def test_paths_stay_inside(tmp_path, path):
    values = stage(tmp_path, corpus_rows())[1].model_dump(by_alias=True)
    values["files"] = ({**values["files"][0], "path": path},)
    with pytest.raises(ValidationError, match="plain relative path"):
        Manifest.model_validate(values)


def test_a_manifest_is_read_in_its_exact_format_only(tmp_path):
    manifest = stage(tmp_path, corpus_rows())[1]
    content = manifest.to_bytes()
    assert Manifest.from_bytes(content).to_bytes() == content
    for changed in (
        content + b"\n",
        content.replace(b":34", b":35"),
        json.dumps(json.loads(content), indent=2).encode(),
        b"{}",
        b"\xff",
    ):
        with pytest.raises(ManifestError):
            Manifest.from_bytes(changed)


def test_a_manifest_has_no_time_but_as_of(tmp_path):
    text = stage(tmp_path, corpus_rows())[1].to_bytes().decode()
    assert text.count("2025-06-30T00:00:00Z") == 1
    assert "202" not in text.replace("2025-06-30T00:00:00Z", "").replace("linkedin-2024-09", "").split('"digests"')[0]


def test_a_predecessor_is_older():
    older = {"version": "1.0.0", "manifest_sha256": "0" * 64}
    assert build_facts(corpus_rows(), "1.1.0", predecessor=older).predecessor
    with pytest.raises(ValidationError, match="lower version"):
        build_facts(corpus_rows(), "1.0.0", predecessor=older)


def test_instants_have_a_zone_and_gates_are_numbers():
    with pytest.raises(ValidationError, match="time zone"):
        build_facts(corpus_rows(), as_of="2025-06-30T00:00:00")
    with pytest.raises(ValidationError, match="finite"):
        GateResult(name="x", passed=True, value=float("nan"), threshold=0)


def test_versions():
    assert parse_version("1.10.0") > parse_version("1.9.9")
    assert str(parse_version("1.2.3").bump_major()) == "2.0.0"
    assert str(parse_version("1.2.3").bump_minor()) == "1.3.0"
    for text in ("1", "1.0", "v1.0.0", "01.0.0", "1.0.0-rc1", "../..", "1.0.0\n", "1.0.x"):
        with pytest.raises(ReleaseError, match=r"MAJOR.MINOR.PATCH"):
            parse_version(text)


def test_the_registry_lists_what_is_published(tmp_path):
    registry = Registry(tmp_path, "demo")
    assert registry.newest() is None
    assert registry.releases() == ()
    for version in ("1.9.0", "1.10.0", "1.2.0"):
        release(tmp_path, version=version)
    stage(tmp_path, corpus_rows(), run="unfinished")
    (tmp_path / "demo" / "notes").mkdir()
    (tmp_path / "demo" / "3.0.0").mkdir()
    assert [str(v) for v in registry.versions()] == ["1.2.0", "1.9.0", "1.10.0"]
    newest, before = registry.newest(), registry.before("1.10.0")
    assert newest is not None
    assert before is not None
    assert (str(newest.version), str(before.version)) == ("1.10.0", "1.9.0")
    assert registry.before("1.2.0") is None
    assert newest.reference.manifest_sha256 in (newest.folder / "manifest.json").read_text()
    with pytest.raises(ManifestError, match="is this a release"):
        registry.release("9.0.0")
