"""Consent records and receipts by ISO/IEC TS 27560: read as rights events, and written for the events of a member.

The specification names the fields and leaves the serialization open. Names of states are those of the W3C community
group's guide to it (https://w3id.org/dpv/guides/consent-27560), with or without a prefix.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from redaction.base_model import Instant
from redaction.config import Config
from redaction.operations.requests.answers.member_answer import MemberAnswer
from redaction.operations.requests.reading import RequestError
from redaction.release.manifest import first_error
from redaction.rights import REQUESTED, Action, Policy
from redaction.state.keys import master_key
from redaction.state.private_tables import RECORDED_PREFIX, REQUEST_EVENTS
from redaction.state.stores.request_store import request_key
from redaction.tables import canonical_id

SCHEMA: Final = "ISO/IEC TS 27560:2023"

STATES: Final[dict[str, Action | None]] = {
    "consentgiven": Action.OPT_IN,
    "renewedconsentgiven": Action.OPT_IN,
    "consentrefused": Action.OPT_OUT,
    "consentwithdrawn": Action.WITHDRAW,
    "consentrevoked": Action.WITHDRAW,
    "consentinvalidated": Action.WITHDRAW,
    "consentexpired": Action.WITHDRAW,
    "consentrequested": None,
    "consentrequestdeferred": None,
    "consentunknown": None,
}
"""The event of the ledger that each state of consent becomes; none where the member has not decided."""

_WRITTEN: Final = {
    Action.OPT_IN.value: "ConsentGiven",
    Action.OPT_OUT.value: "ConsentRefused",
    Action.OBJECT.value: "ConsentRefused",
    Action.WITHDRAW.value: "ConsentWithdrawn",
}


class _Lenient(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Event(_Lenient):
    event_time: Instant
    event_state: str


class _Purpose(_Lenient):
    purpose: str | None = None


class _Processing(_Lenient):
    purposes: tuple[_Purpose, ...] = ()


class _Receipt(_Lenient):
    record_id: str = Field(min_length=1)
    pii_principal_id: str = Field(min_length=1)
    pii_processing: _Processing = _Processing()
    events: tuple[_Event, ...] = Field(min_length=1)


def read_receipts(config: Config, file: Path) -> pl.DataFrame:
    """Read consent records or receipts as rights events: one JSON object, a list of them, or one a line.

    Args:
        config: The config of the corpus, whose key makes the ids of the events.
        file: The file.

    Returns:
        The events, with the columns of the ledger.

    Raises:
        RequestError: The file cannot be read, or a receipt is wrong; nothing of it is used then.
    """
    key = request_key(master_key(config), config.corpus)
    now = datetime.now(UTC)
    rows = []
    for number, receipt in enumerate(_receipts(file), 1):
        for position, event in enumerate(receipt.events):
            action = _action(event.event_state, f"{file}: receipt {number}")
            if event.event_time > now:
                raise RequestError(f"{file}: receipt {number}: event_time is in the future; nothing was recorded")
            for purpose in [each.purpose for each in receipt.pii_processing.purposes] or [None] if action else ():
                identity = "\x1f".join((receipt.record_id, str(position), event.event_time.isoformat(), purpose or ""))
                rows.append(
                    {
                        "event_id": f"{RECORDED_PREFIX}c{key.record_id('receipts', identity)[:24]}",
                        "subject_id": canonical_id(receipt.pii_principal_id),
                        "action": action.value if action else None,
                        "event_time": event.event_time,
                        "received_at": now,
                        "purpose": purpose,
                        "mechanism": REQUESTED,
                    }
                )
    events = pl.DataFrame(rows, schema=REQUEST_EVENTS.schema)
    return events.unique("event_id", keep="first", maintain_order=True)


def receipts_of(config: Config, policy: Policy, answer: MemberAnswer) -> list[dict[str, Any]]:
    """Write the receipt of a member's events about the use of their data, and of what is decided now.

    An opt-out is no withdrawal of consent: there may have been none. The receipt names the legal basis of the policy.

    Returns:
        One receipt; none where the ledger has no such event of the member.
    """
    events = [
        {
            "event_time": each.event_time.isoformat(),
            "event_type": each.action,
            "event_state": _WRITTEN[each.action],
            "entity_id": answer.subject_id,
            "event_id": each.event_id,
        }
        for each in answer.events
        if each.event_time is not None and each.action in _WRITTEN
    ]
    if not events:
        return []
    purposes = [
        {
            "purpose": use.purpose,
            "lawful_basis": policy.legal_basis,
            "pii_information": [{"pii_type": kind} for kind in policy.categories_allowed],
            "recipient_third_parties": [use.recipient.value],
        }
        for use in config.rights.uses
    ]
    return [
        {
            "schema_version": SCHEMA,
            "record_id": f"{answer.corpus}/{answer.as_of:%Y%m%dT%H%M%SZ}",
            "pii_principal_id": answer.subject_id,
            "pii_processing": {"privacy_notice": policy.source_url, "purposes": purposes},
            "party_identification": [{"party_role": "PII controller", "party_name": config.release.lineage.issuer}],
            "events": events,
            "decision": {
                "as_of": answer.as_of.isoformat(),
                "policy": answer.policy,
                "records_that_may_be_used": answer.kept,
                "records_left_out": len(answer.decisions) - answer.kept,
            },
        }
    ]


def _action(state: str, where: str) -> Action | None:
    word = state.replace("#", ":").rsplit(":", 1)[-1].rsplit("/", 1)[-1]
    plain = "".join(filter(str.isalpha, word.lower()))
    plain = plain if "consent" in plain else f"consent{plain}"
    if plain not in STATES:
        raise RequestError(f"{where}: event_state is none of {', '.join(STATES)}; nothing was recorded")
    return STATES[plain]


def _receipts(file: Path) -> Iterator[_Receipt]:
    try:
        text = file.read_text("utf-8")
        try:
            found = json.loads(text)
        except ValueError:
            found = [json.loads(line) for line in text.splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise RequestError(f"{file}: cannot be read ({type(error).__name__}); give JSON or JSON Lines") from None
    for number, each in enumerate(found if isinstance(found, list) else [found], 1):
        try:
            yield _Receipt.model_validate(each)
        except ValidationError as error:
            raise RequestError(f"{file}: receipt {number}: {first_error(error)}; nothing was recorded") from None
