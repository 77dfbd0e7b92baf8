"""Writes the package of an answer: a folder and a zip of it, which only their owner may read."""

import hashlib
import json
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Final

from redaction.config import Config
from redaction.operations.requests.answers.holdings import MemberHoldings
from redaction.operations.requests.answers.letter import letter, page
from redaction.operations.requests.answers.member_answer import MemberAnswer
from redaction.operations.requests.reading import RequestError
from redaction.operations.requests.receipts import receipts_of
from redaction.release.files.corpus_schema import SUMS
from redaction.rights import Policy
from redaction.state.layout import private_folder
from redaction.storage import write_atomic

_TEXT_COLUMNS: Final = ("release", "record_id", "source", "source_id", "kind", "field", "language", "month", "text")
_EARLIEST: Final = (1980, 1, 1, 0, 0, 0)
"""The time of every entry of a zip, so that the same answer gives the same bytes."""


def refuse_public(config: Config, folder: Path) -> None:
    """Raise RequestError if answers would be written where releases are published."""
    corpora = config.corpora
    if isinstance(corpora, Path) and folder.resolve().is_relative_to(corpora.resolve()):
        raise RequestError(f"{folder}: is in the output, which users of the corpus may read; choose another folder")


def package_files(
    config: Config, policy: Policy, answer: MemberAnswer, member: MemberHoldings, language: str
) -> dict[str, bytes]:
    """Make the files of a package, by name."""
    contact = config.release.card.contact
    rows = member.appearances.drop_nulls("text").select(_TEXT_COLUMNS).sort("release", "source", "source_id", "field")
    texts = list(rows.iter_rows(named=True))
    made = {
        "letter.txt": letter(answer, language, contact).encode(),
        "page.html": page(answer, texts, language, contact).encode(),
        "answer.json": answer.model_dump_json(indent=2).encode(),
        "texts.jsonl": "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in texts).encode(),
        "receipts.json": json.dumps(receipts_of(config, policy, answer), indent=2, ensure_ascii=False).encode(),
    }
    return made | {SUMS: _sums(made)}


def write_package(folder: Path, name: str, made: Mapping[str, bytes], *, zip_only: bool = False) -> Path:
    """Write a package into `folder`, as the folder `name` and as `name`.zip, or as the zip only.

    Args:
        folder: Where to write; made if missing, and then for its owner only.
        name: A name that says nothing about the member, as the id of the request.
        made: The files of the package.
        zip_only: Whether to write no folder.

    Returns:
        The zip.
    """
    if not folder.is_dir():
        private_folder(folder)
    if not zip_only:
        private_folder(folder / name)
        for file, content in made.items():
            write_atomic(folder / name / file, content, 0o600)
    path = folder / f"{name}.zip"
    write_atomic(path, _zipped(name, made), 0o600)
    return path


def _sums(made: Mapping[str, bytes]) -> bytes:
    return "".join(f"{hashlib.sha256(made[name]).hexdigest()}  {name}\n" for name in sorted(made)).encode()


def _zipped(name: str, made: Mapping[str, bytes]) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(made):
            entry = zipfile.ZipInfo(f"{name}/{file}", _EARLIEST)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            archive.writestr(entry, made[file])
    return content.getvalue()
