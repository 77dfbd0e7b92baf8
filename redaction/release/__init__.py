"""What leaves, and what proves it: staged rows in, an audited, versioned folder out.

A build goes `Staging.create` → `ShardWriter` → `draft_manifest` → gates → `publish`. Nothing in `output`
links back to a member without the key, and nothing in a release holds a time but `as_of`.
"""

from redaction.release.card import lint_card, render_card
from redaction.release.counts import SourceCounts
from redaction.release.errors import ManifestError, PublishError, ReleaseError, ReleaseKeyError, StagingError
from redaction.release.files.schema import CORPUS_SCHEMA, corpus_table
from redaction.release.files.shards import ShardWriter, shard_name, write_shard
from redaction.release.gates import Audit, Evidence, GateSettings, TextReader, read_ahead, run_gates
from redaction.release.identity.record_keys import KeySettings, RecordKey, create_key_file, derive_release_key, load_key
from redaction.release.identity.version import Version
from redaction.release.manifest import BuildFacts, Column, Digests, FileEntry, GateResult, Manifest, Predecessor
from redaction.release.publish import publish
from redaction.release.registry import Registry, Release, release_at
from redaction.release.settings import CardSettings, LineageSettings, OpenLineageSettings, ReleaseSettings
from redaction.release.staging import Staging, draft_manifest
from redaction.release.statistics import Figures, figures_of
from redaction.release.verify import VerifyReport, verify

__all__ = [
    "CORPUS_SCHEMA",
    "Audit",
    "BuildFacts",
    "CardSettings",
    "Column",
    "Digests",
    "Evidence",
    "Figures",
    "FileEntry",
    "GateResult",
    "GateSettings",
    "KeySettings",
    "LineageSettings",
    "Manifest",
    "ManifestError",
    "OpenLineageSettings",
    "Predecessor",
    "PublishError",
    "RecordKey",
    "Registry",
    "Release",
    "ReleaseError",
    "ReleaseKeyError",
    "ReleaseSettings",
    "ShardWriter",
    "SourceCounts",
    "Staging",
    "StagingError",
    "TextReader",
    "VerifyReport",
    "Version",
    "corpus_table",
    "create_key_file",
    "derive_release_key",
    "draft_manifest",
    "figures_of",
    "lint_card",
    "load_key",
    "publish",
    "read_ahead",
    "release_at",
    "render_card",
    "run_gates",
    "shard_name",
    "verify",
    "write_shard",
]
