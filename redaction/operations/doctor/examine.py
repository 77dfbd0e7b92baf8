"""Examines the installed software, and, with a config, everything that its next build needs."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import polars as pl

from redaction.builds.inputs import load_rules, open_inputs
from redaction.config import Config, load_config, load_profile
from redaction.errors import DiscreetError
from redaction.operations.doctor.checkup import Checkup, Condition, DoctorReport, State
from redaction.operations.doctor.folders import check_access, check_clock, check_leftovers, check_room
from redaction.operations.doctor.software import check_models, check_software
from redaction.rights import is_exported, policy_notes
from redaction.state.action_log import read_actions, unlogged_releases
from redaction.state.keys import checked_key
from redaction.state.layout import CorpusPaths
from redaction.tables import TableName
from redaction.wording import counted, listed

_NEWER_LEDGER: Final = (
    "provide a newer ledger; if it is complete and nobody asked for anything since, set rights.ledger_complete_until"
)


def examine(name: str | Path | None = None) -> DoctorReport:
    """Examine an installation, and a corpus. Nothing is written.

    Args:
        name: The config of the corpus, as for `load_config`; without one, only the software is examined.

    Returns:
        What was found, problems included: nothing is raised for them.
    """
    return DoctorReport.of(_examine(name))


def _examine(name: str | Path | None) -> Iterator[Condition]:
    yield from check_software()
    if name is None:
        yield from check_models(load_profile("social"))
        return
    try:
        config = load_config(name)
    except DiscreetError as error:
        yield Condition.problem("config", error)
        return
    yield Condition(name="config", state=State.OK, found=f"{name}: read; discreet check examines the inputs")
    yield from check_models(config.detection)
    paths, now = CorpusPaths.of(config), datetime.now(UTC)
    checkups: dict[str, Checkup] = {
        "key": lambda: _check_key(config),
        "policy": lambda: _check_policy(config, now),
        "ledger": lambda: _check_ledger(config, now),
        "access": lambda: check_access(paths),
        "disk": lambda: check_room(paths),
        "clock": lambda: check_clock(config, paths, now),
        "leftovers": lambda: check_leftovers(paths),
        "log": lambda: _check_log(config, paths),
    }
    for heading, checkup in checkups.items():
        try:
            yield from checkup()
        except DiscreetError as error:
            yield Condition.problem(heading, error)


def _check_key(config: Config) -> Iterator[Condition]:
    checked_key(config)
    source = config.key.file or ("a command" if config.key.command else f"${config.key.env}")
    yield Condition(name="key", state=State.OK, found=f"{source}: readable, and the one of this corpus")


def _check_log(config: Config, paths: CorpusPaths) -> Iterator[Condition]:
    """Whether entries of the log of actions were changed or removed, and whether it names every release."""
    try:
        master = checked_key(config)
    except DiscreetError:
        return  # said under "key"
    actions = read_actions(paths, master)
    missing = unlogged_releases(paths, actions)
    if missing:
        fix = "a build was stopped before it noted them, or entries are gone; compare with a backup of the state"
        found = f"no entry names {listed(missing)}"
        yield Condition(name="log", state=State.WARNING, found=found, correction=fix)
    else:
        found = f"{counted(len(actions), 'entry', 'entries')}, none changed or removed"
        yield Condition(name="log", state=State.OK, found=found)


def _check_policy(config: Config, now: datetime) -> Iterator[Condition]:
    """Tell whether the policy was replaced, and whether its sources must be read again."""
    policy, _ = load_rules(config)
    notes = policy_notes(policy, config.as_of or now, now.date())
    for note in notes:
        fix = "discreet policy diff shows what another policy would change; read the sources, then set review_by"
        yield Condition(name="policy", state=State.WARNING, found=note, correction=fix)
    if not notes:
        yield Condition(name="policy", state=State.OK, found=f"{policy.policy_id}: in force, its sources reviewed")


def _check_ledger(config: Config, now: datetime) -> Iterator[Condition]:
    """Compare the age of the ledger with what the policy and the settings allow."""
    policy, _ = load_rules(config)
    as_of = config.as_of or now
    limits = (policy.max_ledger_age_days, config.rights.max_ledger_age_days)
    allowed = timedelta(days=min(days for days in limits if days is not None))
    ledger = open_inputs(config).rows(TableName.rights_events, ["event_id", "received_at", "mechanism"])
    events = ledger.rows.filter(is_exported())
    received = events.filter(pl.col("received_at") <= as_of + timedelta(days=1))["received_at"].max()
    newest = config.rights.ledger_complete_until or received
    if not isinstance(newest, datetime):
        fix = "provide the ledger, or set rights.ledger_complete_until"
        yield Condition(name="ledger", state=State.PROBLEM, found="has no event received until now", correction=fix)
        return
    age = max(as_of - newest, timedelta())
    found = f"complete until {newest:%Y-%m-%d}: {age.days} of {allowed.days} days old as of {as_of:%Y-%m-%d}"
    if age > allowed:
        yield Condition(name="ledger", state=State.PROBLEM, found=found, correction=_NEWER_LEDGER)
    elif age > 0.8 * allowed:
        yield Condition(name="ledger", state=State.WARNING, found=found, correction=_NEWER_LEDGER)
    else:
        yield Condition(name="ledger", state=State.OK, found=found)
