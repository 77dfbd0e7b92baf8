"""Published corpora and the evidence for them: rows are staged, audited and published as one versioned folder.

A build calls `Staging.create`, `ShardWriter`, `draft_manifest`, the gates (`release.gates`) and `publish`. Without the
key, nothing in a release leads back to a member. A release holds no time but the `as_of` of its rights.
"""

from redaction.release.counts import IdCounts, SourceCounts
from redaction.release.errors import ReleaseKeyError
from redaction.release.files.shards import ShardWriter
from redaction.release.identity.record_keys import KeySettings, RecordKey, create_key_file, derive_release_key, load_key
from redaction.release.identity.version import Version, parse_version
from redaction.release.manifest import BuildFacts, Digests, GateResult, Manifest
from redaction.release.publish import publish
from redaction.release.registry import Registry, Release, release_at
from redaction.release.settings import ReleaseSettings
from redaction.release.staging import Staging, draft_manifest
from redaction.release.verify import verify

__all__ = [
    "BuildFacts",
    "Digests",
    "GateResult",
    "IdCounts",
    "KeySettings",
    "Manifest",
    "RecordKey",
    "Registry",
    "Release",
    "ReleaseKeyError",
    "ReleaseSettings",
    "ShardWriter",
    "SourceCounts",
    "Staging",
    "Version",
    "create_key_file",
    "derive_release_key",
    "draft_manifest",
    "load_key",
    "parse_version",
    "publish",
    "release_at",
    "verify",
]
