"""The stages of a build as assets: tables, rights, redaction, release."""

from collections.abc import Sequence

import dagster as dg

from pipelines.assets.redaction import redacted_posts_asset, redacted_profiles
from pipelines.assets.release import corpus
from pipelines.assets.rights import decisions
from pipelines.assets.tables import source_tables
from redaction.config import Config


def build_assets(config: Config) -> Sequence[dg.AssetsDefinition]:
    """All assets; the grain of the partitions is the config's."""
    return [source_tables, decisions, redacted_posts_asset(config.partitions), redacted_profiles, corpus]
