"""What signals of others deny, by a table written by hand."""

from tests.rights.reference.world import Row, Verdict, World

NO_PURPOSE = "CPSG_8APSG_8ANwAAAENAwCAAAAAAAAAAAAAAAAAAAAA"
NO_SALE = "DBABTA~1YYN"
RESERVED = {
    ("x_robots_tag", "noai"): "noai",
    ("content_usage", "train-ai=n"): "train-ai",
    ("tcf", NO_PURPOSE): "purpose_10",
}
NOT_SHARED = {("gpp", NO_SALE): "OptOutSale"}
NOTHING = {("x_robots_tag", "noindex"), ("content_usage", "train-ai=y"), ("tdmrep", "0")}
KNOWN = {"x_robots_tag", "content_usage", "tcf", "gpp", "tdmrep", "robots_txt"}


def other_reasons(world: World, column: str, target: str) -> list[Verdict]:
    """The reasons that the signals about a post, a member, an address or a domain give."""
    about = [row for row in world.others.get((column, target), []) if not later(world, row)]
    verdicts = []
    for row in about:
        group = [other for other in about if all(other[key] == row[key] for key in GROUP)]
        seen = [other["observed_at"] for other in group if other["observed_at"]]
        if row["observed_at"] and row["observed_at"] != max(seen):
            continue
        verdicts += reasons(world, row)
    return verdicts


def post_reasons(world: World, post: Row) -> list[Verdict]:
    """The reasons that the signals about a post, its links and their hosts give; links are plain `https` addresses."""
    verdicts = other_reasons(world, "post_id", post["post_id"])
    for link in post.get("links") or []:
        verdicts += other_reasons(world, "url", link)
        labels = link.removeprefix("https://").split("/")[0].split(".")
        for start in range(len(labels)):
            verdicts += other_reasons(world, "domain", ".".join(labels[start:]))
    return verdicts


GROUP = ("post_id", "subject_id", "format", "url", "domain")


def later(world: World, row: Row) -> bool:
    return bool(row["observed_at"]) and row["observed_at"] > world.as_of


def reasons(world: World, row: Row) -> list[Verdict]:
    stated = (row["format"], row["value"])
    if stated in NOTHING:
        return []
    rule = f"signals_of_others/{row['format'] if row['format'] in KNOWN else 'unknown'}"
    if stated in NOT_SHARED:
        honored = world.policy["signals_honoured"]["gpc"]
        denied = any(recipient in honored for _, recipient in world.uses)
        return [("rights_reserved", f"{rule}/{NOT_SHARED[stated]}", evidence(row))] if denied else []
    if stated in RESERVED:
        return [("rights_reserved", f"{rule}/{RESERVED[stated]}", evidence(row))]
    return [("signal_unreadable", f"{rule}/unreadable", evidence(row))]


def evidence(row: Row) -> str:
    time = row["observed_at"]
    microseconds = "" if time is None else str(round(time.timestamp()) * 1_000_000 + time.microsecond)
    domain = [] if row["domain"] is None else [row["domain"]]
    return "\x1f".join(["signals_of_others", row["format"], row["value"], row["url"] or "", microseconds, *domain])
