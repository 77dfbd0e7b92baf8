"""The master key of a corpus, and the proof that it is still the same one."""

import hmac
from pathlib import Path

from redaction.config import Config
from redaction.release import RecordKey, ReleaseKeyError, load_key
from redaction.release.takedown import TakedownError
from redaction.state.layout import private_folder
from redaction.state.plan import write_whole
from redaction.storage import list_names

_CHECK = "key-check"


def sketch_secret(config: Config, master: bytes) -> bytes:
    """What the sketches of a corpus follow from."""
    return RecordKey(master).purpose(f"sketches/{config.corpus}")


def master_key(config: Config) -> bytes:
    """The key that the config names, if it is the one that this corpus has had from its first build.

    Under another key nothing that was released or taken back could be found again: tombstones would fail open.

    Raises:
        ReleaseKeyError: it is missing, short, open to others, or another one.
        TakedownError: something was taken back before, and the tombstones are gone.
    """
    output = config.corpora
    master = load_key(config.key, config.root, [output] if isinstance(output, Path) else [])
    told = RecordKey(master).purpose(f"check/{config.corpus}").hex()
    check = config.private / _CHECK
    if not check.is_file():
        private_folder(config.private)
        write_whole(check, told)
    elif not hmac.compare_digest(check.read_text("utf-8"), told):
        raise ReleaseKeyError(f"{config.corpus}: not the key that this corpus was built with; put the old one back")
    if list_names(config.releases / "takedowns") and not config.tombstones.is_file():
        raise TakedownError(f"{config.tombstones}: is missing, and records were taken back before; restore it")
    return master
