"""Renders the letter and the page of an answer, in plain words of one language."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from redaction.operations.requests.answers.member_answer import LedgerEvent, MemberAnswer
from redaction.operations.requests.answers.words import Words, words_of
from redaction.rights.grounds.ledger import Action

_environment = partial(
    Environment,
    loader=PackageLoader("redaction.operations.requests.answers", ""),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_TEXT: Final = _environment(autoescape=False)
_HTML: Final = _environment(autoescape=True)


def letter(answer: MemberAnswer, language: str, contact: str | None) -> str:
    """Write the letter as plain text."""
    return _TEXT.get_template("letter.txt.j2").render(**_blanks(answer, language, contact))


def page(answer: MemberAnswer, texts: Iterable[dict[str, str | None]], language: str, contact: str | None) -> str:
    """Write the letter and the texts as one HTML page, without script or outside link."""
    return _HTML.get_template("page.html.j2").render(**_blanks(answer, language, contact), texts=list(texts))


def _blanks(answer: MemberAnswer, language: str, contact: str | None) -> dict[str, Any]:
    w = words_of(language)
    return {
        "w": w,
        "language": language,
        "issued_at": _day(answer.issued_at),
        "opening": [_reference(answer, w), w.verdict[answer.verdict].format(records=_readable(answer))],
        "sections": [
            (w.releases_head, list(_releases(answer, w))),
            (w.decisions_head, list(_decisions(answer, w))),
            (w.takedowns_head, list(_takedowns(answer, w))),
            (w.events_head, [w.event.format(day=_day(e.event_time), action=_action(e, w)) for e in answer.events]),
        ],
        "contact": w.contact.format(contact=contact) if contact else "",
    }


def _reference(answer: MemberAnswer, w: Words) -> str:
    if answer.request is None:
        return w.no_request.format(corpus=answer.corpus)
    asked = answer.request
    return w.reference.format(request=asked.request_id, received=_day(asked.received), kind=w.kinds[asked.kind])


def _action(event: LedgerEvent, w: Words) -> str:
    """Say in words what a member asked for or did; what the ledger says in other words is quoted."""
    return w.actions[Action(event.action)] if event.action in set(Action) else event.action or "–"


def _readable(answer: MemberAnswer) -> int:
    """Count what can be read; after a takedown that left rows in place, what it removed is the most that can be."""
    left = (sum(each.records.values()) for each in answer.takedowns if each.still_readable_in)
    return answer.readable or sum(left)


def _releases(answer: MemberAnswer, w: Words) -> Iterator[str]:
    for each in answer.releases:
        state = w.states[each.state]
        yield w.release.format(version=each.version, as_of=_day(each.as_of), records=each.records, state=state)


def _decisions(answer: MemberAnswer, w: Words) -> Iterator[str]:
    if not answer.decisions:
        return
    yield w.decided.format(as_of=_day(answer.as_of), policy=answer.policy, records=len(answer.decisions))
    if answer.kept:
        yield w.kept.format(n=answer.kept)
    for group, text in w.groups.items():
        if number := answer.groups.get(group.value):
            yield text.format(n=number)


def _takedowns(answer: MemberAnswer, w: Words) -> Iterator[str]:
    for each in answer.takedowns:
        number = sum(each.records.values())
        yield w.takedown.format(takedown=each.takedown, day=_day(each.effective_at), records=number)
        for copy in each.copies:
            if copy.response:
                yield w.copy_done.format(kind=copy.kind, response=copy.response, day=_day(copy.acknowledged_at))
            else:
                yield w.copy_open.format(kind=copy.kind, day=_day(copy.due))


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else "–"
