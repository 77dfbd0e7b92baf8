"""Build releases step by step in this process, without Dagster, for tests of what a release and its state hold."""

from pathlib import Path
from uuid import uuid4

from redaction.builds import (
    Build,
    RedactionSession,
    StagedRelease,
    decide_rights,
    open_inputs,
    partitions_to_redact,
    prepare,
    publish_release,
    stage_release,
)
from redaction.config import load_config
from redaction.release import Staging
from redaction.state import CorpusPaths, corpus_lock


def stage(config: Path, version: str | None = None) -> StagedRelease:
    """Run the steps of a build one by one without the lock of the corpus, as the UI does."""
    settings = load_config(config)
    prepare(settings, open_inputs(settings), version=version)
    work = Build.open(settings)
    decide_rights(work)
    work = Build.open(settings)  # its version may be another one now
    with RedactionSession(work) as session:
        for partition, _ in partitions_to_redact(work.folder):
            session.redact_posts(partition)
        session.redact_profiles()
    return stage_release(work, uuid4().hex)


def release(config: Path, version: str | None = None) -> Path:
    """Build and publish under the lock of the corpus, as the command line does; return the folder of the release."""
    paths = CorpusPaths.of(load_config(config))
    with corpus_lock(paths):
        try:
            return Path(str(publish_release(stage(config, version))))
        finally:
            Staging.discard_all(paths.corpora, paths.corpus, paths.state)
