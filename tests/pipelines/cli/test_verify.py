"""`discreet verify` names the file that is not as it was published."""

from pathlib import Path

from tests.pipelines.running import command


def test_verify_names_the_file(built: tuple[Path, Path], tmp_path: Path) -> None:
    copy = tmp_path / "release"
    copy.mkdir()
    for path in (p for p in built[1].rglob("*") if p.is_file()):
        target = copy / path.relative_to(built[1])
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(path.read_bytes())
    assert command("verify", str(copy)).returncode == 0
    shard = next((copy / "data").iterdir())
    content = bytearray(shard.read_bytes())
    content[len(content) // 2] ^= 1
    shard.write_bytes(content)
    done = command("verify", str(copy))
    assert done.returncode == 1
    assert f"data/{shard.name}" in done.stdout
