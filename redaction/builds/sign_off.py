"""Two roles agree to a release before it is published, where the config demands it.

A build that lacks a sign-off stops before it publishes, and leaves its manifest in the private state. A role signs the
digest of that manifest. The same build, repeated as of the same instant, has the same manifest, and is then published.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from redaction.config import Config
from redaction.release import Manifest
from redaction.release.files.corpus_schema import REPORT
from redaction.release.governance import RoleSigner, SignOff, SignOffError, missing_roles
from redaction.state.action_log import Deed, log_action
from redaction.state.keys import master_key
from redaction.state.layout import CorpusPaths, private_folder
from redaction.storage import write_atomic
from redaction.wording import listed

PENDING: Final = "pending.json"


def require_sign_off(paths: CorpusPaths, staged: Path, manifest: Manifest) -> None:
    """Stop a release that not every role of the config has signed, and store its manifest and report for them.

    Args:
        paths: The corpus.
        staged: The folder of the staged release.
        manifest: Its manifest.

    Raises:
        SignOffError: A role has not signed this manifest.
    """
    missing = missing_roles(paths.releases, manifest)
    if not missing:
        return
    private_folder(paths.private_reports)
    write_atomic(paths.private_reports / f"pending-{REPORT}", (staged / REPORT).read_bytes(), 0o600)
    write_atomic(paths.state / PENDING, manifest.to_bytes(), 0o600)
    raise SignOffError(
        f"{manifest.corpus} {manifest.version}: not published; needs the sign-off of {listed(missing)}: each runs "
        "discreet sign-off CONFIG --role ROLE --key FILE; then run discreet build CONFIG "
        f"--as-of {manifest.as_of.isoformat()} --version {manifest.version}"
    )


def pending_manifest(paths: CorpusPaths) -> Manifest:
    """Read the manifest that waits for sign-offs. Raises SignOffError where none does."""
    path = paths.state / PENDING
    if not path.is_file():
        raise SignOffError(f"{paths.corpus}: no release waits for a sign-off; run discreet build first")
    return Manifest.from_bytes(path.read_bytes(), str(path))


def remove_pending(paths: CorpusPaths) -> None:
    """Remove the manifest that waited, once a release is published."""
    (paths.state / PENDING).unlink(missing_ok=True)


def sign_off(config: Config, role: str, secret: bytes) -> SignOff:
    """Sign the manifest that waits, for a role, with the key of its holder.

    Args:
        config: The config of the corpus.
        role: The role.
        secret: The secret key of the holder of the role.

    Returns:
        The sign-off, which is stored beside the releases.

    Raises:
        SignOffError: No release waits, the config names no such role, or another key for it.
    """
    paths, signer = CorpusPaths.of(config), RoleSigner(secret)
    manifest = pending_manifest(paths)
    if role not in manifest.sign_off:
        raise SignOffError(f"release.governance.sign_off: the release waits for {listed(manifest.sign_off)} only")
    if manifest.sign_off[role] != signer.public_key:
        raise SignOffError(f"release.governance.sign_off.{role}: names another key; sign with that of the role")
    made = SignOff(
        corpus=manifest.corpus,
        version=manifest.version,
        manifest_sha256=manifest.digest,
        role=role,
        signed_at=datetime.now(UTC),
        public_key=signer.public_key,
    ).signed(signer)
    made.write(paths.releases)
    log_action(paths, master_key(config), Deed.SIGNED_OFF, role=role, version=made.version, manifest=manifest.digest)
    return made
