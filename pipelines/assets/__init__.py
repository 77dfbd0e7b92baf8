"""The steps of a build as assets: tables, rights, redaction, release."""

import warnings
from collections.abc import Sequence

import dagster as dg

from pipelines.assets.redaction import redacted_posts_asset, redacted_profiles
from pipelines.assets.release import corpus, staged_release_asset
from pipelines.assets.rights import decisions
from pipelines.assets.tables import source_tables
from redaction.config import Config
from redaction.execution.code_version import code_digest

_OWNERS = ["team:privacy"]


def build_assets(config: Config) -> Sequence[dg.AssetsDefinition]:
    """Define all assets of one corpus, each under the corpus's name, so that two corpora never share a key."""
    with warnings.catch_warnings(action="ignore", category=dg.BetaWarning):  # Backfill policies are still in beta.
        assets = [
            source_tables,
            decisions,
            redacted_posts_asset(config.partitions),
            redacted_profiles,
            staged_release_asset(config.release.gates),
            corpus,
        ]
    keys = {asset.key: asset.key.with_prefix(config.corpus) for asset in assets}
    code_version = code_digest()[:12]
    return [
        asset.with_attributes(asset_key_replacements=keys).map_asset_specs(
            lambda spec: spec.replace_attributes(code_version=code_version).merge_attributes(
                owners=_OWNERS, tags={"corpus": config.corpus, "access": _access(spec)}
            )
        )
        for asset in assets
    ]


def _access(spec: dg.AssetSpec) -> str:
    """Only the corpus may be shown to its users; everything else is private state."""
    return "public" if spec.key.path[-1] == corpus.key.path[-1] else "private"
