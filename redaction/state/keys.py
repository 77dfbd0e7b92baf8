"""The master key of a corpus, and the proof that it is still the same one."""

import hmac
from pathlib import Path

from redaction.config import Config
from redaction.release import RecordKey, ReleaseKeyError, load_key
from redaction.release.takedown import TakedownError
from redaction.state.layout import CorpusPaths, private_folder
from redaction.storage import list_names, write_atomic

_CHECK = "key-check"


def sketch_secret(config: Config, master: bytes) -> bytes:
    """Return the key of the sketches of a corpus."""
    return RecordKey(master).purpose(f"sketches/{config.corpus}")


def review_secret(config: Config, master: bytes) -> bytes:
    """Return the key of the digests of reviewed texts of a corpus."""
    return RecordKey(master).purpose(f"review/{config.corpus}")


def master_key(config: Config) -> bytes:
    """Load the master key as `checked_key`, and note it as the key of the corpus if it is the first."""
    master, paths = checked_key(config), CorpusPaths.of(config)
    check = paths.state / _CHECK
    if not check.is_file():
        private_folder(paths.state)
        write_atomic(check, _proof(config, master).encode())
    return master


def checked_key(config: Config) -> bytes:
    """Load the master key, and check that the corpus has had it from its first build. Nothing is written.

    Under another key no released or withdrawn record could be found again: tombstones would match nothing.

    Returns:
        The key.

    Raises:
        ReleaseKeyError: It is missing, short, readable by others, or another one.
        TakedownError: Records were withdrawn before, and the tombstones are missing.
    """
    paths = CorpusPaths.of(config)
    check = paths.state / _CHECK
    file = config.key.file and config.root / config.key.file
    if file and check.is_file() and not file.exists():
        raise ReleaseKeyError(
            f"{file}: no such key file, and {config.corpus} was built with one; put it back from a backup: "
            "with another key no released record is found again"
        )
    master = load_key(config.key, config.root, [paths.corpora] if isinstance(paths.corpora, Path) else [])
    if check.is_file() and not hmac.compare_digest(check.read_text("utf-8"), _proof(config, master)):
        raise ReleaseKeyError(f"{config.corpus}: not the key that this corpus was built with; put the old one back")
    if list_names(paths.releases / "takedowns") and not paths.tombstones.is_file():
        raise TakedownError(f"{paths.tombstones}: is missing, and records were withdrawn before; restore it")
    return master


def _proof(config: Config, master: bytes) -> str:
    return RecordKey(master).purpose(f"check/{config.corpus}").hex()
