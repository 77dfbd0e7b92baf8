"""What a profile denies: the account, the age and the schools."""

from datetime import date, datetime

from tests.rights.reference.ledger import of
from tests.rights.reference.terms import is_school
from tests.rights.reference.world import Row, Verdict, World


def birthday(born: date, years: int) -> date:
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)


def profile_reasons(world: World, events: list[Row], created: datetime, profile: Row) -> list[Verdict]:
    verdicts: list[Verdict] = []
    status = profile["account_status"]
    reasons = {"closed": "account_closed", "hibernated": "account_hibernated", "memorialised": "deceased"}
    if status in reasons:
        verdicts.append((reasons[status], "account_status", "account_status"))
    elif status != "active":
        verdicts.append(("account_status_unknown", "account_status", "account_status"))
    born, updated = profile["birth_date"], profile["updated_at"]
    oldest = world.policy.get("max_plausible_age", 120)
    if born is None or born.year < 1800 or birthday(born, oldest + 1) <= world.as_of.date():
        verdicts.append(("age_unknown", "min_age", "birth_date"))
    elif created.date() < birthday(born, world.policy["min_age"]):
        verdicts.append(("under_age", "min_age", "birth_date"))
    for event in of(events, "age_update"):
        if updated is None or updated < event["event_time"]:
            verdicts.append(("age_unknown", "ledger/age_update", event["event_id"]))
    for entry in profile["education"] or []:
        names = [entry.get(key) or "" for key in ("school", "degree", "field")]
        if any(is_school(name, world.policy["school_words"]) for name in names) and (
            entry["end"] is None or created.date() <= entry["end"]
        ):
            verdicts.append(("under_age", "school_words", "school"))
    return verdicts
