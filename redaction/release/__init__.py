"""Published corpora and the evidence for them: rows are staged, audited and published as one versioned folder.

A build calls `Staging.create`, `ShardWriter`, `draft_release`, the gates (`release.gates`), `add_report` and `publish`.
Without the key, nothing in a release leads back to a member. A release holds no time but the `as_of` of its rights.
"""

from redaction.release.build_facts import BuildFacts, Digests
from redaction.release.counts import IdCounts, SourceCounts
from redaction.release.errors import ReleaseKeyError
from redaction.release.files.shards import ShardWriter
from redaction.release.identity.record_keys import KeySettings, RecordKey, create_key_file, derive_release_key, load_key
from redaction.release.identity.version import Version, parse_version
from redaction.release.manifest import GateResult, Manifest
from redaction.release.publish import publish
from redaction.release.registry import Registry, Release, release_at
from redaction.release.settings import ReleaseSettings
from redaction.release.staging import Draft, Staging, add_report, draft_release
from redaction.release.verify import verify

__all__ = [
    "BuildFacts",
    "Digests",
    "Draft",
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
    "add_report",
    "create_key_file",
    "derive_release_key",
    "draft_release",
    "load_key",
    "parse_version",
    "publish",
    "release_at",
    "verify",
]
