"""Draws the canaries of a release, and stores their private list."""

from collections.abc import Sequence

import polars as pl

from redaction.builds.context import Build
from redaction.detection import Detector
from redaction.release.canaries import Canary, draw_canaries
from redaction.release.canaries.sentences import LANGUAGE
from redaction.release.gates import TextScanner
from redaction.release.takedown import Signer
from redaction.state.stores.canary_store import store_canaries


def draw_list(build: Build, scanner: TextScanner) -> tuple[Canary, ...]:
    """Draw the canaries that the config asks for, and store their list.

    A sentence in which the detector or the audit finds anything is not used.

    Args:
        build: The open build.
        scanner: Searches for the values that must not be published.

    Returns:
        The list, those that are only for comparison included; empty if the config asks for none.

    Raises:
        ReleaseError: Something is found in nearly every sentence.
    """
    number = build.config.release.canaries
    drawn: tuple[Canary, ...] = ()
    if number:
        detector = Detector.from_settings(build.config.detection)

        def accepts(texts: Sequence[str]) -> list[bool]:
            found = detector.detect_each(texts, [LANGUAGE] * len(texts))
            rows = pl.DataFrame({"text": texts}).with_row_index("record_id").cast(pl.String)
            hits = {hit[1] for hit in scanner.scan_rows(rows.with_columns(field=pl.lit("text")), "")}
            return [spans == () and str(index) not in hits for index, spans in enumerate(found)]

        signer = Signer(build.master, build.plan.corpus)
        drawn = draw_canaries(build.key, signer, (build.plan.corpus, build.plan.version), number, accepts)
    store_canaries(build.paths, build.plan.version, drawn)
    return drawn
