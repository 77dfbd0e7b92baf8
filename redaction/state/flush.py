"""Flushes the private tables of a build to disk, before its release is published."""

from redaction.release.files.folder import sync_tree
from redaction.state.layout import BuildFolder, CorpusPaths
from redaction.state.private_tables import PRIVATE_TABLES
from redaction.storage import sync


def flush(paths: CorpusPaths, folder: BuildFolder) -> None:
    """Flush what a takedown will need to find the records of a release, and what the next build continues.

    A release that survives a power failure without its decisions could not be taken down.

    Args:
        paths: The corpus.
        folder: The folder of the build.
    """
    sync_tree(folder.path)
    files = [path for table in PRIVATE_TABLES if table.shared for path in paths.files(table)]
    for path in files:
        sync(path)
    folders = {each for path in files for each in path.parents if each.is_relative_to(paths.state)}
    for each in sorted(folders | {paths.state}, reverse=True):
        sync(each)
