"""Has anything in this release changed? Offline, from the release alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl
import pyarrow as pa

from redaction.release.errors import ManifestError
from redaction.release.files.corpus_schema import CORPUS_SCHEMA, MANIFEST
from redaction.release.files.folder import is_plain_file, walk
from redaction.release.files.row_keys import count_by, counts_of, row_keys
from redaction.release.identity.signing import public_key_of
from redaction.release.manifest import FileEntry, Manifest, columns_of
from redaction.release.superseded import SUPERSEDED, Supersession
from redaction.storage import StoragePath, file_size, is_file, open_parquet, read_bytes, sha256_file


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What was checked. `problems` are lines that start with the file's path; none means that all is as
    built.

    `superseded` is the mark of the takedown that superseded the release. Of one that was withdrawn, what is left is
    checked.
    """

    version: str | None
    files: int
    rows: int
    problems: tuple[str, ...]
    superseded: Supersession | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing differs."""
        return not self.problems


def verify(folder: StoragePath, public_key: str | None = None) -> VerifyReport:
    """Checks every byte of a release against its manifest, then rows, schema and counts.

    A missing, added, linked or changed file is named, the manifest included. It proves that the release is
    as it was built, not that who built it was honest: for that, compare the manifest's digest with a
    published one. The mark of a takedown must be signed by the key that the manifest names, and that must be
    `public_key` where one is given.

    Raises:
        ReleaseError: `public_key` is no key.
    """
    trusted = public_key_of(public_key) if public_key is not None else None
    try:
        if not is_plain_file(folder / MANIFEST):
            raise ManifestError(f"{MANIFEST}: missing; {folder} is no release")
        manifest = Manifest.from_bytes(read_bytes(folder / MANIFEST))
    except (ManifestError, OSError) as error:
        line = str(error) if isinstance(error, ManifestError) else f"{MANIFEST}: cannot be read"
        return VerifyReport(None, 0, 0, (line,))
    try:
        if trusted not in (None, manifest.takedown_key):
            raise ManifestError(f"{MANIFEST}: names {manifest.takedown_key or 'no key'} for takedowns, not {trusted}")
        mark = Supersession.read(folder, manifest, trusted)
    except ManifestError as error:
        return VerifyReport(manifest.version, len(manifest.files) + 1, manifest.rows, (str(error),))
    if mark is not None and mark.withdrawn:
        left = [entry for entry in manifest.files if not _is_shard(entry)]
        problems = tuple(_still_there(folder, manifest)) or tuple(file_problems(folder, left))
        return VerifyReport(manifest.version, len(left) + 2, 0, problems, mark)
    problems = tuple(file_problems(folder, manifest.files)) or tuple(_content_problems(folder, manifest))
    files = len(manifest.files) + 1 + (mark is not None)
    return VerifyReport(manifest.version, files, manifest.rows, problems, mark)


def file_problems(folder: StoragePath, files: Sequence[FileEntry]) -> Iterator[str]:
    """Files that are missing, added, linked or changed; the manifest itself and the mark are not looked at."""
    listed = {entry.path: entry for entry in files}
    present = set(walk(folder)) - {MANIFEST, SUPERSEDED}
    yield from (f"{path}: missing" for path in sorted(listed.keys() - present))
    yield from (f"{path}: not in the manifest" for path in sorted(present - listed.keys()))
    for path in sorted(present & listed.keys()):
        problem = _differs(folder / path, listed[path])
        if problem:
            yield f"{path}: {problem}"


def _still_there(folder: StoragePath, manifest: Manifest) -> Iterator[str]:
    for entry in manifest.files:
        if _is_shard(entry) and is_file(folder / entry.path):
            yield f"{entry.path}: is still there, though the release was withdrawn; run the takedown again"


def _differs(file: StoragePath, entry: FileEntry) -> str | None:
    if not is_plain_file(file):
        return "is no plain file"
    try:
        if (size := file_size(file)) != entry.bytes:
            return f"has {size} bytes, not {entry.bytes}"
        return None if sha256_file(file) == entry.sha256 else "bytes differ from the manifest"
    except OSError as error:
        return f"cannot be read ({type(error).__name__})"


def _content_problems(folder: StoragePath, manifest: Manifest) -> Iterator[str]:
    if manifest.columns != columns_of():
        yield f"{MANIFEST}: schema is not that of this program's corpus"
    shards = [entry for entry in manifest.files if _is_shard(entry)]
    whole = []
    for entry in shards:
        problem = _shard_problem(folder / entry.path, entry)
        if problem:
            yield f"{entry.path}: {problem}"
        else:
            whole.append(folder / entry.path)
    if shards and len(whole) == len(shards):
        yield from _count_problems(whole, manifest)
    elif not shards:
        yield f"{MANIFEST}: lists no shard"


def _is_shard(entry: FileEntry) -> bool:
    return entry.path.endswith(".parquet")


def _shard_problem(file: StoragePath, entry: FileEntry) -> str | None:
    try:
        with open_parquet(file) as shard:
            if not shard.schema_arrow.equals(CORPUS_SCHEMA):
                return "schema differs from the manifest"
            if shard.metadata.num_rows != entry.rows:
                return f"has {shard.metadata.num_rows} rows, not {entry.rows}"
    except (pa.ArrowException, OSError) as error:
        return f"is no readable Parquet file ({type(error).__name__})"
    return None


def _count_problems(shards: list[StoragePath], manifest: Manifest) -> Iterator[str]:
    keys = row_keys(shards)
    if counts_of(keys["field"]) != manifest.fields:
        yield f"{MANIFEST}: counts per field differ from the rows"
    kept = {source: counts.kept for source, counts in manifest.sources.items() if counts.kept}
    if count_by(keys, "source", pl.col("record").n_unique()) != dict(sorted(kept.items())):
        yield f"{MANIFEST}: kept records per source differ from the rows"
    if not set(keys["release"].unique()) <= {manifest.version, *manifest.keyed_by}:
        yield f"{MANIFEST}: rows were keyed by a version that it does not name"
    if keys["row"].n_unique() != keys.height:
        yield f"{MANIFEST}: a record has a field twice"
