"""Signals of others for the combinations: every way in which one, or two of one format, may stand to each other."""

from datetime import datetime, timedelta

from tests.rights.reference import Row
from tests.rights.reference.others import NO_PURPOSE, NO_SALE
from tests.rights.worlds import DAY, TICK, other

# Each: format, value, time relative to the build (None for no time), other columns.
OTHERS: list[list[tuple[str, str, timedelta | None, Row]]] = [
    [("x_robots_tag", "noai", -DAY, {})],
    [("x_robots_tag", "noindex", -DAY, {})],
    [("x_robots_tag", "noai", -2 * DAY, {}), ("x_robots_tag", "noindex", -DAY, {})],
    [("x_robots_tag", "noindex", -2 * DAY, {}), ("x_robots_tag", "noai", -DAY, {})],
    [("x_robots_tag", "noai", -DAY, {}), ("x_robots_tag", "noindex", -DAY, {})],
    [("x_robots_tag", "noai", -2 * DAY, {"url": "https://a.example/"}), ("x_robots_tag", "noindex", -DAY, {})],
    [("content_usage", "train-ai=n", timedelta(0), {})],
    [("content_usage", "train-ai=n", TICK, {}), ("content_usage", "train-ai=y", -DAY, {})],
    [("content_usage", "train-ai=n", None, {}), ("content_usage", "train-ai=y", -DAY, {})],
    [("content_usage", "train-ai=maybe", -DAY, {})],
    [("tcf", NO_PURPOSE, -DAY, {})],
    [("gpp", NO_SALE, -DAY, {})],
    [("tdmrep", "0", -DAY, {}), ("robots_txt", "User-agent: *", -DAY, {})],
    [("unheard_of", "no", None, {}), ("x_robots_tag", "noai", -DAY, {})],
]


def about(stated: list[tuple[str, str, timedelta | None, Row]], as_of: datetime, **target: str) -> list[Row]:
    return [
        other(None, name, value, observed_at=None if offset is None else as_of + offset, **columns, **target)
        for name, value, offset, columns in stated
    ]
