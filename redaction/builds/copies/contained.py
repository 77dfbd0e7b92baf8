"""Finds kept posts and profiles that contain a protected text: within a longer one, or spread over their fields."""

from collections.abc import Callable, Iterator
from itertools import chain

import polars as pl

from redaction import rights
from redaction.builds.copies.compared_texts import ComparedTexts

Texts = Callable[[], Iterator[pl.DataFrame]]


def find_contained(
    texts: ComparedTexts, judged: rights.RuleResults, settings: rights.NearDuplicateSettings, secret: bytes
) -> pl.DataFrame:
    """Find kept posts and profiles that contain a protected text.

    Args:
        texts: The texts.
        judged: What the rules decided.
        settings: What counts as a copy.
        secret: The key of the hashes.

    Returns:
        `rights.COPIES`; the candidate is the lowest number of its row.
    """

    def originals() -> Iterator[pl.DataFrame]:
        # Short labels follow forms, and are compared with each other only.
        words, label = pl.col("text").str.count_matches(r"\w+"), texts.is_label(pl.col("number"))
        for batch in texts.protected(judged.posts.protected):
            yield batch.filter(~label | (words >= 2 * settings.min_words))

    def rows() -> Iterator[pl.DataFrame]:
        return texts.whole(chain(texts.of_posts(judged.posts.kept), texts.of_owners(pl.col("candidate"))))

    odd = list[pl.DataFrame]()

    def watched() -> Iterator[pl.DataFrame]:
        for batch in rows():
            run_together = batch.filter(rights.is_run_together(batch["text"]))
            if run_together.height:
                odd.append(run_together)
            yield batch

    anchors = rights.Anchors.of(originals(), settings, secret)
    likely = rights.likely_containers(watched(), anchors, settings, secret)
    found = rights.containers(likely, _named(likely, rows, originals), settings, secret)
    if odd:
        by_character = rights.character_settings(settings)
        anchors = rights.Anchors.of(rights.as_characters(originals()), by_character, secret)
        likely = rights.likely_containers(rights.as_characters(iter(odd)), anchors, by_character, secret)
        named = rights.as_characters(_named(likely, lambda: iter(odd), originals))
        found = pl.concat([found, rights.containers(likely, named, by_character, secret)])
    return found


def _named(likely: pl.DataFrame, candidates: Texts, protected: Texts) -> Iterator[pl.DataFrame]:
    """Yield the texts of pairs."""
    for side, batches in (("candidate", candidates), ("protected", protected)):
        numbers = likely[side].unique().alias("number").to_frame()
        for batch in batches() if numbers.height else ():
            yield batch.join(numbers, on="number", how="semi", maintain_order="left")
