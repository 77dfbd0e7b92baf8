"""Answers members: one, one request, or every open request at once, in bounded memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import polars as pl

from redaction.config import Config
from redaction.operations.requests.answers.certificate import Certificate, Certifier
from redaction.operations.requests.answers.holdings import Holdings, gather
from redaction.operations.requests.answers.member_answer import AnsweredRequest, MemberAnswer, answer_of
from redaction.operations.requests.answers.package import package_files, refuse_public, write_package
from redaction.operations.requests.answers.words import words_of
from redaction.operations.requests.intake import SUBJECTS, close_requests, open_request
from redaction.operations.requests.kinds import RequestKind
from redaction.operations.requests.reading import RequestError
from redaction.state.action_log import Deed, log_action
from redaction.state.keys import master_key
from redaction.state.layout import CorpusPaths
from redaction.state.stores.request_store import read_book, request_key
from redaction.tables import canonical_id

CERTIFICATE: Final = "certificate.json"
_NAME_LENGTH: Final = 16


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: how many packages and certificates, and the last package and its answer."""

    packages: int
    certificates: int
    last: Path
    answer: MemberAnswer


def answer_member(config: Config, subject: str, as_of: datetime, folder: Path, language: str) -> Written:
    """Write the package of one member, without any request.

    Args:
        config: The config of the corpus.
        subject: The member.
        as_of: The instant at which rights are evaluated.
        folder: Where to write; it must not be in the output.
        language: The language of the letter.

    Returns:
        What was written.

    Raises:
        RequestError: Nothing names the member, the folder is public, or there are no letters in the language.
        DiscreetError: An input, the ledger, a release or the state cannot be used.
    """
    _refuse(config, folder, language)
    subject = canonical_id(subject)
    master = master_key(config)
    name = "m" + request_key(master, config.corpus).record_id(SUBJECTS, subject)[:_NAME_LENGTH]
    with gather(config, pl.Series([subject], dtype=pl.String), as_of) as holdings:
        for member in holdings.members():
            if member.is_unknown:
                raise RequestError("answer: nothing has this id; check it: it must be that of a member, not of a post")
            answer = answer_of(holdings, member)
            made = package_files(config, holdings.policy, answer, member, language)
            path = write_package(folder, name, made)
    log_action(CorpusPaths.of(config), master, Deed.MEMBER_ANSWERED, package=name)
    return Written(1, 0, path, answer)


def answer_requests(  # noqa: PLR0913 - each is independent of the others
    config: Config,
    request_ids: Sequence[str],
    as_of: datetime,
    folder: Path,
    language: str,
    *,
    zip_only: bool = False,
) -> Written:
    """Write the packages of open requests, each with a certificate if records had to go, and note them as answered.

    A request that asks for removal is not answered before the release to use is free of the member's records.

    Args:
        config: The config of the corpus.
        request_ids: The requests; all open ones where there are none.
        as_of: The instant at which rights are evaluated.
        folder: Where to write; it must not be in the output.
        language: The language of the letters.
        zip_only: Whether to write a zip for each request, and no folder.

    Returns:
        What was written.

    Raises:
        RequestError: There is no such open request, its records can still be read in the release to use, the folder is
            public, or there are no letters in the language. No request is noted as answered then.
        DiscreetError: An input, the ledger, a release or the state cannot be used.
    """
    _refuse(config, folder, language)
    paths, master = CorpusPaths.of(config), master_key(config)
    rows = _open_rows(paths, request_ids)
    by_subject: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_subject.setdefault(row["subject_id"], []).append(row)
    packages = certificates = 0
    with gather(config, pl.Series(list(by_subject), dtype=pl.String), as_of) as holdings:
        certifier = Certifier(holdings.state, master)
        for member in holdings.members():
            for row in by_subject[member.subject_id]:
                answer = answer_of(holdings, member, _asked(row))
                made = package_files(config, holdings.policy, answer, member, language)
                if RequestKind(row["kind"]).removes and row["event_id"] is not None and not row["scoped"]:
                    made |= {CERTIFICATE: certifier.certify(answer).to_bytes()}
                    certificates += 1
                path = write_package(folder, row["request_id"], made, zip_only=zip_only)
                packages += 1
    close_requests(config, [row["request_id"] for row in rows])
    return Written(packages, certificates, path, answer)


def certify_member(config: Config, subject: str, as_of: datetime) -> Certificate:
    """Certify what was deleted of a member.

    Returns:
        The signed certificate.

    Raises:
        RequestError: Nothing names the member, or the release to use holds records of them.
        DiscreetError: An input, the ledger, a release or the state cannot be used.
    """
    subject, master = canonical_id(subject), master_key(config)
    with gather(config, pl.Series([subject], dtype=pl.String), as_of) as holdings:
        answer = next(_answers(holdings, config, master))
        certificate = Certifier(holdings.state, master).certify(answer)
    log_action(CorpusPaths.of(config), master, Deed.CERTIFIED, certificate=certificate.digest)
    return certificate


def _answers(holdings: Holdings, config: Config, master: bytes) -> Iterator[MemberAnswer]:
    """Yield the answer to each member, with the newest request that asked for removal."""
    key, requests = request_key(master, config.corpus), read_book(CorpusPaths.of(config)).requests
    for member in holdings.members():
        asked = requests.filter(mark=key.record_id(SUBJECTS, member.subject_id)).filter(
            pl.col("kind").is_in([each.value for each in RequestKind if each.removes])
        )
        if member.is_unknown and asked.is_empty():
            raise RequestError("certify: nothing has this id; check it: it must be that of a member, not of a post")
        newest = asked.sort("received").tail(1).to_dicts()
        yield answer_of(holdings, member, _asked(newest[0]) if newest else None)


def _open_rows(paths: CorpusPaths, request_ids: Sequence[str]) -> list[dict[str, Any]]:
    book = read_book(paths)
    scoped = book.events.filter(pl.any_horizontal(pl.col("purpose", "categories", "recipients").is_not_null()))
    limited = set(scoped["event_id"])
    if request_ids:
        rows = [open_request(book, each) for each in dict.fromkeys(request_ids)]
    else:
        rows = book.requests.filter(pl.col("answered_at").is_null()).to_dicts()
    if not rows:
        raise RequestError("request answer: no request is open")
    return [row | {"scoped": row["event_id"] in limited} for row in rows]


def _asked(row: dict[str, Any]) -> AnsweredRequest:
    return AnsweredRequest(request_id=row["request_id"], kind=RequestKind(row["kind"]), received=row["received"])


def _refuse(config: Config, folder: Path, language: str) -> None:
    words_of(language)
    refuse_public(config, folder)
