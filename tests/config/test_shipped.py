"""Policies, region sets, profiles and the sample are found by name, and by path."""

from pathlib import Path

import pytest

from redaction.config import ConfigError, load_config, load_policy, load_profile, load_regions
from redaction.rights import RightsError
from redaction.tables import TABLES, TableName, find_files

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("path", sorted((ROOT / "configs/policies").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_policy_is_found_by_name_from_any_folder(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_policy(path.stem).policy_id == path.stem
    assert load_policy(path).digest == load_policy(path.stem).digest


@pytest.mark.parametrize("path", sorted((ROOT / "configs/redaction").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_profile_is_found_by_name_and_by_its_file_name(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_profile(path.stem) == load_profile(path) == load_profile(path.name)


def test_region_sets_are_the_shipped_ones_unless_a_path_is_given(tmp_path: Path) -> None:
    assert load_regions().digest == load_regions("regions.yaml").digest
    (tmp_path / "own.yaml").write_text("version: '2'\nsets: {}\n")
    assert load_regions("own.yaml", tmp_path).sets == {}


def test_changed_region_sets_are_read_again(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("version: '2'\nsets: {}\n")
    assert load_regions(path).version == "2"
    path.write_text("version: '3'\nsets: {}\n")
    assert load_regions(path).version == "3"


def test_a_file_of_the_given_path_takes_precedence_over_a_shipped_name(tmp_path: Path) -> None:
    (tmp_path / "linkedin-2024-09").write_text("policy_id: own\n")
    with pytest.raises(RightsError, match=r"linkedin-2024-09: .* is missing"):
        load_policy("linkedin-2024-09", tmp_path)


def test_an_unknown_name_is_refused_with_the_names_to_choose_from() -> None:
    with pytest.raises(ConfigError, match=r": linkedin-2024-09, linkedin-2025-11, linkedin-2026-08, opt-in$"):
        load_policy("linkedin")
    with pytest.raises(ConfigError, match=r"soical: no such file; .*: multilingual, social, stock, strict$"):
        load_profile("soical")
    with pytest.raises(ConfigError, match=r"simple: no such file; .*: sample$"):
        load_config("simple")


@pytest.mark.parametrize("name", ["configs/sample.yaml", "configs/redaction/social.yaml", "x/sample.yaml"])
def test_a_path_that_does_not_exist_is_never_a_shipped_file(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match=f"^{name}: no such file; "):
        load_config(name)
    with pytest.raises(ConfigError, match="no such file"):
        load_profile(name, tmp_path)


def test_a_missing_path_names_the_files_that_are_near(tmp_path: Path) -> None:
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "samples.yaml").touch()
    with pytest.raises(ConfigError, match=r"did you mean '.*configs/samples\.yaml' or 'sample'\?"):
        load_config(tmp_path / "configs" / "sample.yaml")


def test_the_sample_runs_in_the_current_directory_with_the_inputs_that_ship(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    config = load_config("sample")
    assert config.root == tmp_path
    assert config.digest == load_config(ROOT / "configs/sample.yaml").digest
    for name, table in TABLES.items():
        settings = getattr(config.inputs, name)
        assert settings or name is TableName.signals_of_others
        assert settings is None or find_files(table, settings, config.root, config.storage)


def test_a_detection_profile_of_a_config_is_a_name_or_a_path(tmp_path: Path) -> None:
    text = (ROOT / "configs/sample.yaml").read_text().replace("data/samples", str(ROOT / "data/samples"))
    (tmp_path / "named.yaml").write_text(text.replace("detection: social", "detection: stock"))
    (tmp_path / "path.yaml").write_text(text.replace("detection: social", "detection: own.yaml"))
    (tmp_path / "own.yaml").write_bytes((ROOT / "configs/redaction/stock.yaml").read_bytes())
    assert load_config(tmp_path / "named.yaml").detection == load_config(tmp_path / "path.yaml").detection
    assert load_config(tmp_path / "named.yaml").detection == load_profile("stock")
