"""Why was this record kept or dropped? The answer holds ids, times, regions and reasons, never a raw text."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import polars as pl

from redaction import rights
from redaction.builds.decide import rights_inputs, scratch_index
from redaction.builds.inputs import load_rules, open_inputs
from redaction.config import Config
from redaction.errors import DiscreetError
from redaction.operations.explain.answer import Answer, Outcome, Referred, ShownRow
from redaction.operations.explain.decided import Asked
from redaction.operations.explain.decision_evidence import evidence_of
from redaction.operations.explain.evidence import evidence_lines
from redaction.operations.explain.facts import Facts, facts_of, language_name, row_of
from redaction.operations.explain.removal import Removal, RemovalSearch
from redaction.state.layout import CorpusPaths
from redaction.state.plan import PlanError
from redaction.state.private_tables import INDEX
from redaction.tables import Source, canonical_id

_NAMES = {Source.posts.value: "post", Source.profiles.value: "profile"}
_RIGHTS = {reason.value for reason in rights.Reason}


def explain_record(config: Config, identifier: str, version: str | None = None, *, show: bool = False) -> Answer:
    """Explain why a record is in a release, or not.

    Args:
        config: The config of the run.
        identifier: The network's id of a post or a subject, or the corpus's id of a record.
        version: The release, or a build that published none; by default the newest release.
        show: Whether to read the rows of the record as released.

    Returns:
        The answer.

    Raises:
        PlanError: There is no such build, or neither it nor a takedown has such a record.
        ReleaseError: A release, a notice or the tombstones cannot be trusted.
    """
    identifier = canonical_id(identifier)
    asked = Asked.of(config, version)
    rows, search = asked.rows(identifier), RemovalSearch.of(config, asked)
    removal = search.of_row(rows[0]) if rows else search.of_id(identifier)
    if not rows and removal is None:
        raise PlanError(
            f"{identifier}: unknown: no post, profile or released record of build {asked.plan.version} of "
            f"{config.corpus} has this id, and no takedown removed it; check the id"
        )
    row = rows[0] if rows else _erased(identifier, removal)
    explained, problem = _explained(config, asked, row, removal)
    policy = _policy(config)
    facts = _with_evidence(facts_of(row, explained, policy), row, asked)
    answer = _answer(config, asked, row, removal, explained, facts)
    also = [*answer.also, *_also(row, rows[1:], removal, explained, facts), *filter(None, [problem])]
    extended: dict[str, object] = {"also": tuple(also), "policy": policy.policy_id if policy else None}
    if row["subject_id"]:
        extended["posts"] = asked.posts_of(row["subject_id"])
    if show and answer.outcome is Outcome.RELEASED:
        extended["rows"] = _shown(asked, str(answer.record_id))
    return answer.model_copy(update=extended)


def _erased(identifier: str, removal: Removal | None) -> dict[str, Any]:
    """Return the row of a record whose decisions a takedown erased."""
    names = ("subject_id", "reason", "rule", "evidence_id", "record_id", "detail", "similarity")
    source = removal.source if removal else ""
    return {"source": source, "source_id": identifier, "decision": "drop", **dict.fromkeys(names)}


def _explained(
    config: Config, asked: Asked, row: dict[str, Any], removal: Removal | None
) -> tuple[rights.Explanation | None, str | None]:
    """Apply the rules to the record as the inputs hold it now, as of the build, or as of the takedown that removed it.

    Returns:
        The explanation, or None and a sentence about why there is none.
    """
    if row["decision"] == "quarantine":
        return None, None
    try:
        policy, regions = load_rules(config)
        inputs = open_inputs(config)
        if removal is None:
            rules = rights.Rules.of(policy, regions, config.rights, asked.plan.as_of, now=datetime.now(UTC))
            return rights.explain(rights_inputs(asked.folder.file(INDEX), inputs), rules, row["source_id"]), None
        successors = [r for r in CorpusPaths.of(config).registry.releases() if r.manifest.takedown == removal.takedown]
        as_of = successors[0].manifest.as_of if successors else asked.plan.as_of
        rules = rights.Rules.of(policy, regions, config.rights, as_of, now=datetime.now(UTC))
        with scratch_index(config, inputs) as index:
            return rights.explain(rights_inputs(index, inputs), rules, row["source_id"]), None
    except DiscreetError as error:
        if removal is not None:
            return None, None
        return None, f"There is no evidence from the inputs as they are now: {error}"


def _policy(config: Config) -> rights.Policy | None:
    try:
        return load_rules(config)[0]
    except DiscreetError:
        return None


def _with_evidence(facts: Facts, row: dict[str, Any], asked: Asked) -> Facts:
    """Add what the decision itself holds: the twin's reason, the similarity, the language, findings, the context."""
    found = evidence_of(row)
    if row["reason"] in {rights.Reason.NEAR_DUPLICATE.value, rights.Reason.MENTION_PROTECTED.value}:
        reasons = [each["reason"] for each in asked.rows(row["evidence_id"] or "") if each["decision"] != rights.KEEP]
        facts = replace(facts, other_because=f" ({reasons[0]})" if reasons else "")
    return replace(
        facts,
        similarity=f" (similarity {found.similarity:.2f})" if found.similarity is not None else "",
        language=f": {language_name(found.language)}" if found.language else "",
        found=f": {', '.join(found.findings)}" if found.findings else "",
        context=f" ({found.excluded_context})" if found.excluded_context else "",
    )


def _answer(  # noqa: PLR0913, PLR0917 - each is independent of the others
    config: Config,
    asked: Asked,
    row: dict[str, Any],
    removal: Removal | None,
    explained: rights.Explanation | None,
    facts: Facts,
) -> Answer:
    name = " ".join(filter(None, (_NAMES.get(row["source"], "record"), row["source_id"])))
    outcome, otherwise = _outcome(asked, row, removal), None
    reason = row["reason"] if row["reason"] else None
    if outcome is Outcome.REMOVED and removal is not None:
        when = f" on {removal.effective_at:%Y-%m-%d}" if removal.effective_at else ""
        text = f"{name} is not in {asked.version}: removed by takedown {removal.takedown}{when}"
        denied = explained is not None and explained.records[0].decision != rights.KEEP
        if explained is not None and denied:
            cause = facts_of(row_of(explained.records[0]), explained, _policy(config))
            text += f", since {cause.because(explained.records[0].reason.value)}"
        text += ". It never returns."
    elif outcome is Outcome.RELEASED:
        text = f"{name} is in {asked.version}: {facts.because(rights.Reason.ELIGIBLE.value)}."
    elif outcome is Outcome.KEPT:
        text = f"{name} would be in {asked.version}, which is not published: every rule was tried and none denied it."
    elif outcome is Outcome.WITHDRAWN:
        text = f"{name} was in {asked.version} until the rows of that release were removed."
    else:
        text = f"{name} is not in {asked.version}: {facts.because(str(reason))}."
        otherwise = facts.otherwise(str(reason)) or None
    return Answer(
        corpus=config.corpus,
        version=asked.version,
        build=asked.plan.version,
        as_of=asked.plan.as_of,
        policy=None,
        source=row["source"],
        source_id=row["source_id"],
        subject_id=row["subject_id"],
        record_id=row["record_id"],
        outcome=outcome,
        reason=reason,
        rule=row["rule"],
        answer=text,
        otherwise=otherwise,
        also=(),
        takedown=removal.takedown if removal else None,
        removed_at=removal.effective_at if removal else None,
        evidence=evidence_lines(explained) if explained else (),
        refers_to=tuple(
            Referred(
                source_id=r.source_id,
                subject_id=r.subject_id,
                depth=r.depth,
                decision=r.decision,
                reason=r.reason.value,
            )
            for r in (explained.records if explained else ())
            if r.depth
        ),
        missing=explained.missing if explained else (),
    )


def _outcome(asked: Asked, row: dict[str, Any], removal: Removal | None) -> Outcome:
    if removal is not None:
        return Outcome.REMOVED
    if row["decision"] == "quarantine":
        return Outcome.QUARANTINED
    if row["decision"] != rights.KEEP:
        return Outcome.DROPPED
    if asked.release is None:
        return Outcome.KEPT
    return Outcome.WITHDRAWN if asked.release.withdrawn else Outcome.RELEASED


def _also(
    row: dict[str, Any],
    others: list[dict[str, Any]],
    removal: Removal | None,
    explained: rights.Explanation | None,
    facts: Facts,
) -> Iterator[str]:
    """Yield what the decision alone does not say."""
    if explained is not None and removal is None:
        now = explained.records[0]
        further = dict.fromkeys(g.reason.value for g in now.grounds if g.holds and g.reason.value != row["reason"])
        if row["reason"] not in _RIGHTS or row["reason"] == rights.Reason.NEAR_DUPLICATE.value:
            if now.decision == rights.KEEP:
                yield "The rights alone would keep it."
        elif (now.decision == rights.KEEP) != (row["decision"] == rights.KEEP):
            yield (
                f"The inputs have changed since: by them it would be "
                f"{'kept' if now.decision == rights.KEEP else 'left out'} ({now.reason.value})."
            )
        if further and row["decision"] != rights.KEEP:
            yield f"Without that it would still be left out: {', '.join(further)}."
    for other in others:
        reason = replace(facts_of(other, None, None), who=facts.who).because(other["reason"])
        yield f"Another row with this id, in {other['source']}: {other['decision']}, since {reason}."


def _shown(asked: Asked, record_id: str) -> tuple[ShownRow, ...]:
    if asked.release is None:
        return ()
    rows = asked.release.scan().filter(pl.col("record_id") == record_id).select("field", "text").collect()
    return tuple(ShownRow(field=field, text=text) for field, text in rows.sort("field").iter_rows())
