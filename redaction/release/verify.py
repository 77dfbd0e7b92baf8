"""Verification of a release, offline, against its own manifest."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl
import pyarrow as pa

from redaction.release.build_facts import CANARY_FIELD, CANARY_SOURCE
from redaction.release.errors import ManifestError
from redaction.release.files.corpus_schema import CORPUS_SCHEMA, DATA, MANIFEST, SUMS
from redaction.release.files.folder import is_plain_file, walk
from redaction.release.files.row_keys import count_by, row_keys
from redaction.release.identity.signing import public_key_of
from redaction.release.manifest import FileEntry, Manifest, corpus_columns
from redaction.release.superseded import SUPERSEDED, Supersession
from redaction.storage import StoragePath, file_size, is_file, open_parquet, read_bytes, sha256_file


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """The result of a verification. Each problem is one line that starts with a file's path.

    `superseded` is the mark of the takedown that superseded the release. Of a withdrawn release, the remaining files
    are checked. `signatures` counts those that were checked: of the mark, and of the notices and sign-offs beside the
    release. `expires_at` is the end of its retention.
    """

    version: str | None
    files: int
    rows: int
    problems: tuple[str, ...]
    superseded: Supersession | None = None
    corpus: str | None = None
    signatures: int = 0
    expires_at: datetime | None = None

    @property
    def ok(self) -> bool:
        """Whether there is no problem."""
        return not self.problems


def verify(folder: StoragePath, public_key: str | None = None) -> VerifyReport:
    """Check every byte of a release against its manifest, then rows, schema and counts.

    A missing, added, linked or changed file is reported, the manifest included. This proves that the release is
    unchanged, not that its builder was honest: for that, compare the manifest's digest with one from another source.

    Args:
        folder: the folder of the release.
        public_key: the key that must have signed takedowns, from a trusted source; without it, the manifest's key.

    Returns:
        The problems found, and the mark of a takedown if there is one.

    Raises:
        ReleaseError: `public_key` is not a public key.
    """
    trusted = public_key_of(public_key) if public_key is not None else None
    if not is_plain_file(folder / MANIFEST):
        return VerifyReport(None, 0, 0, (f"{MANIFEST}: missing; {folder} is not a release",))
    try:
        manifest = Manifest.from_bytes(read_bytes(folder / MANIFEST))
    except ManifestError as error:
        return VerifyReport(None, 0, 0, (str(error),))
    except OSError:
        return VerifyReport(None, 0, 0, (f"{MANIFEST}: cannot be read",))
    try:
        mark = _read_mark(folder, manifest, trusted)
    except ManifestError as error:
        files = len(manifest.files) + 1
        return VerifyReport(manifest.version, files, manifest.rows, (str(error),), corpus=manifest.corpus)
    signatures, rows, checked, sums = int(mark is not None), manifest.rows, manifest.files, is_file(folder / SUMS)
    if mark is not None and mark.withdrawn:
        rows, checked = 0, tuple(entry for entry in manifest.files if entry not in manifest.holding_texts)
        problems = tuple(_remaining_texts(folder, manifest)) or tuple(_beside_data(file_problems(folder, checked)))
        problems += tuple(_sums_problems(folder, manifest.sums_of_withdrawn, manifest.sums))
    else:
        problems = (*file_problems(folder, checked), *_sums_problems(folder, manifest.sums))
        problems = problems or tuple(_content_problems(folder, manifest))
    files = len(checked) + 1 + signatures + sums
    return VerifyReport(manifest.version, files, rows, problems, mark, manifest.corpus, signatures, manifest.expires_at)


def _read_mark(folder: StoragePath, manifest: Manifest, public_key: str | None) -> Supersession | None:
    if public_key not in (None, manifest.takedown_key):
        raise ManifestError(f"{MANIFEST}: names {manifest.takedown_key or 'no key'} for takedowns, not {public_key}")
    return Supersession.read(folder, manifest, public_key)


def file_problems(folder: StoragePath, files: Sequence[FileEntry]) -> Iterator[str]:
    """Yield a problem for each missing, added, linked or changed file, except the manifest and the mark."""
    listed = {entry.path: entry for entry in files}
    present = set(walk(folder)) - {MANIFEST, SUMS, SUPERSEDED}
    yield from (f"{path}: missing" for path in sorted(listed.keys() - present))
    yield from (f"{path}: not in the manifest" for path in sorted(present - listed.keys()))
    for path in sorted(present & listed.keys()):
        if problem := _file_problem(folder / path, listed[path]):
            yield f"{path}: {problem}"


def _beside_data(problems: Iterator[str]) -> Iterator[str]:
    """Pass over the empty folder of the shards, which a killed takedown leaves for the next."""
    return (problem for problem in problems if not problem.startswith(f"{DATA}/: "))


def _sums_problems(folder: StoragePath, *expected: bytes) -> Iterator[str]:
    """Yield a problem where the sums are not those of the manifest; releases of earlier versions have none.

    In those that they withdrew, the sums still list what was removed.
    """
    if is_file(folder / SUMS) and not (is_plain_file(folder / SUMS) and read_bytes(folder / SUMS) in expected):
        yield f"{SUMS}: differs from the manifest"


def _remaining_texts(folder: StoragePath, manifest: Manifest) -> Iterator[str]:
    for entry in manifest.holding_texts:
        if is_file(folder / entry.path):
            yield f"{entry.path}: still exists, though the release was withdrawn; run the takedown again"


def _file_problem(file: StoragePath, entry: FileEntry) -> str | None:
    if not is_plain_file(file):
        return "is not a regular file"
    try:
        if (size := file_size(file)) != entry.bytes:
            return f"has {size} bytes, not {entry.bytes}"
        return None if sha256_file(file) == entry.sha256 else "bytes differ from the manifest"
    except OSError as error:
        return f"cannot be read ({type(error).__name__})"


def _content_problems(folder: StoragePath, manifest: Manifest) -> Iterator[str]:
    if manifest.columns != corpus_columns():
        yield f"{MANIFEST}: schema is not the corpus schema of this program"
    problems = [(entry.path, _shard_problem(folder / entry.path, entry)) for entry in manifest.shards]
    yield from (f"{path}: {problem}" for path, problem in problems if problem)
    if not problems:
        yield f"{MANIFEST}: lists no shard"
    elif not any(problem for _, problem in problems):
        yield from _count_problems([folder / path for path, _ in problems], manifest)


def _shard_problem(file: StoragePath, entry: FileEntry) -> str | None:
    try:
        with open_parquet(file) as shard:
            if not shard.schema_arrow.equals(CORPUS_SCHEMA):
                return "schema differs from the manifest"
            if shard.metadata.num_rows != entry.rows:
                return f"has {shard.metadata.num_rows} rows, not {entry.rows}"
    except (pa.ArrowException, OSError) as error:
        return f"is not a readable Parquet file ({type(error).__name__})"
    return None


def _count_problems(shards: list[StoragePath], manifest: Manifest) -> Iterator[str]:
    keys = row_keys(shards)
    canaries, fields = manifest.placed_canaries, Counter(manifest.fields)
    fields[CANARY_FIELD] += canaries
    if count_by(keys, "field") != dict(sorted((+fields).items())):
        yield f"{MANIFEST}: counts per field differ from the rows"
    kept = Counter({source: counts.kept for source, counts in manifest.sources.items()})
    kept[CANARY_SOURCE] += canaries
    if count_by(keys, "source", pl.col("record").n_unique()) != dict(sorted((+kept).items())):
        yield f"{MANIFEST}: kept records per source differ from the rows"
    if not set(keys["release"].unique()) <= {manifest.version, *manifest.keyed_by}:
        yield f"{MANIFEST}: rows were keyed by a version that it does not list"
    if keys["row"].n_unique() != keys.height:
        yield f"{MANIFEST}: a record has the same field twice"
