"""The wheel works where there is no checkout. Nothing is downloaded: its dependencies are those of this environment."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

FIVE_LINES = """
from redaction import Detector, Replacer, load_profile
texts = ["Call Jane Doe on +1 202 555 0143"]
detector = Detector.from_settings(load_profile("social"))
spans = detector.detect(texts, ["en"])
print(Replacer().replace(texts, spans)[0].text)
"""


def run(*command: str | Path, cwd: Path) -> str:
    """Run a program without this checkout on its path; give its output."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "DISCREET"))}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def copy_checkout(folder: Path) -> Path:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).exists() and not name.startswith(("tests/", "training/", "packages/")):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name, follow_symlinks=False)
    return folder


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    checkout = copy_checkout(tmp_path_factory.mktemp("checkout"))
    out = tmp_path_factory.mktemp("wheel")
    options = ("--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--disable-pip-version-check")
    run(sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", out, checkout, cwd=out)
    return next(out.glob("discreet-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment that has the wheel and the locked packages, but not the checkout."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    site = next(folder.glob("lib/*/site-packages"))
    shared = sysconfig.get_path("purelib")
    # The editable install in the shared folder is found by a .pth file there, which is not read.
    (site / "locked.pth").write_text(f"{shared}\n")
    options = ("--quiet", "--no-deps", "--no-index", "--disable-pip-version-check", "--force-reinstall")
    run(folder / "bin/python", "-m", "pip", "install", *options, "--prefix", folder, wheel, cwd=folder)
    return folder / "bin"


def test_the_wheel_holds_every_file_of_the_packages(wheel: Path) -> None:
    command = ["git", "ls-files", "redaction", "pipelines"]
    tracked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    files = {name for name in tracked if not name.startswith("redaction/config/files")}
    assert files - set(zipfile.ZipFile(wheel).namelist()) == set()


@pytest.mark.slow
def test_the_wheel_finds_its_files_and_redacts_in_five_lines(installed: Path, tmp_path: Path) -> None:
    where = run(installed / "python", "-c", "import redaction; print(redaction.__file__)", cwd=tmp_path)
    assert where.startswith(str(installed.parent))
    code = "import redaction as r; print(r.load_policy('opt-in').version, *r.load_regions().sets)"
    assert run(installed / "python", "-c", code, cwd=tmp_path).startswith("1 EU27 ")
    assert run(installed / "python", "-c", FIVE_LINES, cwd=tmp_path) == "Call [PERSON_1] on [PHONE_NUMBER_1]\n"


@pytest.mark.slow
def test_the_wheel_builds_and_verifies_the_sample(installed: Path, tmp_path: Path) -> None:
    built = run(installed / "discreet", "build", "sample", "--new-key", cwd=tmp_path)
    release = tmp_path / "out/sample/1.0.0"
    assert built.splitlines()[-1] == str(release)
    assert json.loads((release / "manifest.json").read_text())["version"] == "1.0.0"
    run(installed / "discreet", "verify", release, cwd=tmp_path)


def test_a_source_archive_holds_what_the_wheel_needs(tmp_path: Path) -> None:
    checkout = copy_checkout(tmp_path / "checkout")
    code = f"from setuptools.build_meta import build_sdist; print(build_sdist({str(tmp_path)!r}))"
    archive = run(sys.executable, "-c", code, cwd=checkout).splitlines()[-1]
    shutil.unpack_archive(tmp_path / archive, tmp_path, filter="data")
    files = tmp_path / archive.removesuffix(".tar.gz") / "redaction/config/files"
    for shipped in (
        "configs/sample.yaml",
        "configs/policies/opt-in.yaml",
        "configs/schema/config.json",
        "data/samples/posts/posts-000.parquet",
    ):
        assert (files / shipped).read_bytes() == (ROOT / shipped).read_bytes()
        assert not (files / shipped).is_symlink()
