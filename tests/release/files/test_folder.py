"""Every entry of a release folder is listed: also what a manifest cannot name, such as links and empty folders."""

from pathlib import Path

from redaction.release.files.folder import is_plain_file, walk


def test_links_and_empty_folders_are_listed(tmp_path: Path) -> None:
    (tmp_path / "data" / "empty").mkdir(parents=True)
    (tmp_path / "data" / "part").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "data", target_is_directory=True)
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    assert list(walk(tmp_path)) == ["dangling", "data/empty/", "data/part", "link"]


def test_only_a_regular_file_is_plain(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    (tmp_path / "link").symlink_to(file)
    plain = [is_plain_file(tmp_path / name) for name in ("file", "link", "none", ".")]
    assert plain == [True, False, False, False]
