"""Keeps the table of a corpus, if its config names one, equal to the newest release."""

from redaction.config import Config
from redaction.release.registry import Registry
from redaction.release.table import MirrorReport, mirror, mirror_problems


def mirror_newest(config: Config) -> MirrorReport | None:
    """Make the table equal to the newest release.

    Returns:
        The table; None where the config names none, or nothing is published.

    Raises:
        TableError: The table cannot be written. The release itself is published.
    """
    settings, release = config.release.table, Registry(config.corpora, config.corpus).newest()
    return mirror(release, settings, config.root) if settings is not None and release is not None else None


def table_problems(config: Config) -> tuple[str, ...] | None:
    """Compare the table with the newest release, by all its files.

    Returns:
        Each problem in a few words; None where the config names no table, or nothing is published.

    Raises:
        TableError: The table cannot be read.
    """
    settings, release = config.release.table, Registry(config.corpora, config.corpus).newest()
    return mirror_problems(release, settings, config.root) if settings is not None and release is not None else None
