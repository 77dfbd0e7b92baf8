"""What is signed is verified as bytes: a changed byte never reaches a parser."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from redaction.release import Manifest, verify
from redaction.release.errors import ReleaseError
from redaction.release.files.corpus_schema import MANIFEST
from redaction.release.identity.signing import signer_of
from redaction.release.registry import Registry
from redaction.release.superseded import SUPERSEDED, Supersession
from redaction.release.takedown import Signer, TakedownNotice, mark_superseded, read_chain
from tests.release.making import MASTER, release
from tests.release.takedown.requests import result_of

SIGNER = Signer(MASTER, "demo")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A release with a mark, beside one notice."""
    folder = release(tmp_path / "out", takedown_key=SIGNER.public_key)
    result_of(tmp_path, "p3")
    mark_superseded(Registry(tmp_path / "out", "demo"), SIGNER, withdraw=False)
    return folder


def read_manifest(folder: Path) -> object:
    return Manifest.read(folder)


def read_mark(folder: Path) -> object:
    return Supersession.read(folder, Manifest.read(folder), SIGNER.public_key)


def read_notice(folder: Path) -> object:
    return read_chain(folder.parent, SIGNER.public_key)


def never(*_: Any, **__: Any) -> None:
    pytest.fail("parsed before it was verified")


@pytest.mark.parametrize(
    ("name", "model", "read"),
    [
        (MANIFEST, Manifest, read_manifest),
        (SUPERSEDED, Supersession, read_mark),
        ("../takedowns/000001.json", TakedownNotice, read_notice),
    ],
)
def test_a_changed_byte_is_not_parsed(
    old: Path, monkeypatch: pytest.MonkeyPatch, name: str, model: Any, read: Callable[[Path], object]
) -> None:
    read(old)
    path = old / name
    content = path.read_bytes()
    monkeypatch.setattr(model, "model_validate_json", never)
    for position in range(0, len(content), max(1, len(content) // 150)):
        path.write_bytes(content[:position] + bytes([content[position] ^ 1]) + content[position + 1 :])
        with pytest.raises(ReleaseError):
            read(old)
    for changed in (content[:-1], content + b" ", content * 2, b"", b"{}", b"[" * 100_000):
        path.write_bytes(changed)
        with pytest.raises(ReleaseError):
            read(old)


def test_a_document_in_a_text_of_another_signs_nothing() -> None:
    """The fields are those of the document, not of a text in it that looks like them."""
    unsigned = b'{"corpus":"x","public_key":"%s","signature":""}' % SIGNER.public_key.encode()
    signature = SIGNER.sign(unsigned).encode()
    genuine = unsigned.replace(b'"signature":""', b'"signature":"%s"' % signature)
    assert signer_of(genuine) == SIGNER.public_key
    assert signer_of(b"[%s,%s]" % (genuine, genuine)) is None
    assert signer_of(genuine.replace(b'"x"', b'{"signature":""}')) is None
    assert signer_of(genuine.replace(b'"x"', b'"y"')) is None


def test_a_release_with_a_foreign_manifest_says_so(old: Path) -> None:
    (old / MANIFEST).write_bytes(b"{}")
    assert verify(old).problems == (f"{MANIFEST}: no manifest of a release",)


def test_a_changed_copy_of_a_document_has_bytes_of_its_own(old: Path) -> None:
    mark = read_mark(old)
    assert isinstance(mark, Supersession)
    digest = mark.digest
    changed = mark.model_copy(update={"replacement": "7.0.0"})
    assert changed.digest != digest == mark.digest
    assert b"7.0.0" in changed.to_bytes()
    assert Supersession.from_signed(mark.to_bytes()) == mark
