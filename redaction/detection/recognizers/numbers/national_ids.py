"""Finds national numbers of persons by check digits and context words."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from redaction.detection.acceleration.patterns.batch_scan import RulePattern, ScannedText
from redaction.detection.acceleration.patterns.necessary_conditions import Needs
from redaction.detection.entities import EntityType
from redaction.detection.lists import word_list
from redaction.detection.recognizers.base import Cue, Match, RuleRecognizer
from redaction.detection.recognizers.numbers.cover import Reading
from redaction.detection.recognizers.numbers.national_id_formats import IDENTITIES, Identity, is_valid

_GROUP = r"[A-Za-z0-9./+()-]{0,19}\d[A-Za-z0-9./+()-]{0,19}"
_RUN = re.compile(
    rf"(?<![A-Za-z0-9_.@#/+-])(?:[A-Z]{{1,6}}[ ]){{0,2}}{_GROUP}(?:[ ]{_GROUP}){{0,7}}"
    r"(?:[ ][A-Z]{1,2})?(?![A-Za-z0-9_@])"
)
_DIGIT_RUN = re.compile(r"\d(?:[A-Za-z./+()-]{0,19}[ ]?[A-Za-z./+()-]{0,19}\d)*")
"""Digits that may belong to one run."""
_GOES_ON = re.compile(r"[A-Za-z./+()-]|[ ][A-Z]")
_PRECEDED = re.compile(r"[A-Za-z./+()-]|(?<=[A-Z])[ ]")
_BEFORE, _BEHIND = 33, 23
"""The most characters of a run before its first digit, and after its last digit."""
_FEWEST = 4
_DIGIT = re.compile(r"\d")
_SEPARATORS = re.compile(r"[ ./-]")
_SHORTEST = 7
_TAIL = ".,;:!?)(/-+"

_GENERAL = Cue(
    r"id|id (?:no|number|card|nr)|identity|identification|identifier|national (?:id|number|identity|insurance)"
    r"|citizen(?:ship)?",
    r"personal (?:id|number|code|no)|social security|ssn|tax (?:id|number|payer)|taxpayer|tin|insurance number|nin"
    r"|nid|fiscal",
    r"identit(?:é|a|à|eit)|identidad|identidade|identité|ausweis(?:nummer)?|personalausweis(?:nummer)?"
    r"|steuer(?:nummer|-id)?",
    r"sozialversicherung(?:snummer)?|sécurité sociale|seguridad social|segurança social|documento|cédula|cedula"
    r"|carte",
    r"bürgernummer|personennummer|personnummer|henkilötunnus|obywatel|kimlik|पहचान|आधार|पैन|身份证|주민|удостоверение"
    r"|паспорт",
    before=44,
    after=16,
)


_BARE_ID = re.compile(r"(?<!\w)ids?(?!\w)", re.IGNORECASE)
_WORD_BEFORE_ID = re.compile(r"([^\W\d]+)[\s\"'-]{1,2}$")
_KEY_OF_CODE = re.compile(r"[{(,\[]\s?ids?[:=]", re.IGNORECASE)
"""A key of an object or an argument in code, of what else it may be: `{ id: 48213377 }`."""
_OWNERS = word_list("id_owners")
"""Words before "id" that leave it an id of a person: of someone, or of no named thing."""


class _PossibleCues(NamedTuple):
    """Which context words may be in a text."""

    general: bool
    named: bool


class NationalIdRecognizer(RuleRecognizer):
    """Finds numbers with valid check digits where format or a context word says what they are."""

    types = (EntityType.NATIONAL_ID,)
    needs = Needs(digits=_FEWEST)

    def __init__(self, supported_language: str = "en", **kwargs: object) -> None:
        super().__init__(supported_language=supported_language, **kwargs)
        self._rules = tuple(
            (
                identity,
                re.compile(identity.shape),
                re.compile(identity.written) if identity.written else None,
                Cue(*map(re.escape, identity.names), before=44, after=16) if identity.names else None,
            )
            for identity in IDENTITIES
        )
        every = Cue(*(re.escape(name) for each in IDENTITIES for name in each.names))
        self._cues = RulePattern("", beside=_GENERAL.start), RulePattern("", beside=every.start)
        self.rule_patterns = (*self._cues, RulePattern(""))
        self._sure = _any_of([each.shape for each in IDENTITIES if each.sure])
        self._shapes = _any_of([each.shape for each in IDENTITIES])
        self._written = _any_of([each.written for each in IDENTITIES if each.written])

    def matches(self, scanned: ScannedText) -> Iterator[Match]:
        """Yield each whole number with its separators."""
        for reading in self.readings(scanned):
            yield Match(reading.start, reading.end, EntityType.NATIONAL_ID, reading.score)

    def readings(self, scanned: ScannedText) -> Iterator[Reading]:
        """Yield each whole number with its separators, weighed by its context word and its format."""
        general, named = map(scanned.may_match, self._cues)
        text = scanned.text
        for run in _runs(text):
            if sum(c.isdigit() for c in run.group()) >= _FEWEST:
                for found in self._in_run(text, run.start(), run.group(), _PossibleCues(general, named)):
                    digits = sum(map(str.isdecimal, text[found.start : found.end]))
                    yield Reading(found.start, found.end, digits, _weight(found.score), found.entity_type, found.score)

    def _in_run(self, text: str, offset: int, run: str, cues: _PossibleCues) -> Iterator[Match]:
        taken: list[tuple[int, int]] = []
        for start, end in _candidates(run):
            if any(start < high and low < end for low, high in taken):
                continue
            score = self._score(text, offset + start, run[start:end], cues)
            if score:
                taken.append((start, end))
                yield Match(offset + start, offset + end, EntityType.NATIONAL_ID, score)

    def _score(self, text: str, start: int, candidate: str, cues: _PossibleCues) -> float:
        compact = _SEPARATORS.sub("", candidate).upper()
        if not _SHORTEST <= len(compact) <= 20 or len(set(compact)) <= 2:
            return 0.0
        if self._shapes.fullmatch(compact) is None and self._shapes.fullmatch(candidate) is None:
            return 0.0
        end = start + len(candidate)
        general = cues.general and _is_cued(text, start, end)
        if not general and not cues.named and not self._needs_no_cue(candidate, compact):
            return 0.0
        best = 0.0
        for identity, shape, written, names in self._rules:
            number = candidate if identity.check == "fi.hetu" else compact
            if shape.fullmatch(number) is not None:
                named = cues.named and names is not None and names.near(text, start, end)
                score = 0.95 if named else 0.85 if general else _score_without_cue(identity, candidate, written)
                if score > best and is_valid(identity, number):
                    best = score
        return best

    def _needs_no_cue(self, candidate: str, compact: str) -> bool:
        """Whether its format may identify it."""
        formats = self._written.fullmatch(candidate), self._sure.fullmatch(compact), self._sure.fullmatch(candidate)
        return any(way is not None for way in formats)


def _runs(text: str) -> Iterator[re.Match[str]]:
    """Yield the runs with enough characters and digits, searched for around digits only."""
    done = 0
    for digits in _DIGIT_RUN.finditer(text):
        start, end = digits.span()
        if _GOES_ON.match(text, end) is None and (
            len(_DIGIT.findall(text, start, end)) < _FEWEST
            or (end - start < _SHORTEST and (not start or _PRECEDED.match(text, start - 1) is None))
        ):
            done = end
            continue
        last = end
        for run in _RUN.finditer(text, max(done, start - _BEFORE), end + _BEHIND):
            if run.start() >= end:  # of the next digits, and cut off
                break
            yield run
            last = run.end()
        done = max(end, last)


def _is_cued(text: str, start: int, end: int) -> bool:
    """Whether a general word is near; "id" counts if it is not the id of a thing, such as "playlist id"."""
    cue = _GENERAL.nearest(text, start, end)
    if cue is None or _BARE_ID.fullmatch(cue.group()) is None:
        return cue is not None
    if _KEY_OF_CODE.search(text, max(0, cue.start() - 3), cue.end() + 1):
        return False
    owner = _WORD_BEFORE_ID.search(text, max(0, cue.start() - 24), cue.start())
    return owner is None or owner[1].lower() in _OWNERS


def _weight(score: float) -> float:
    """Weigh by what decided: its name, a general word, a sure format, a format."""
    return next(weight for least, weight in ((0.95, 1.7), (0.85, 1.15), (0.6, 0.95), (0.0, 0.75)) if score >= least)


def _any_of(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def _score_without_cue(identity: Identity, candidate: str, written: re.Pattern[str] | None) -> float:
    if identity.sure and candidate.upper() == candidate:
        return 0.6
    return 0.5 if written is not None and written.fullmatch(candidate) else 0.0


def _candidates(run: str) -> Iterator[tuple[int, int]]:
    """Yield the run and its parts between spaces, longest first, without trailing punctuation."""
    if len(run) < _SHORTEST:
        return
    starts = [0, *(m.end() for m in re.finditer(" ", run))]
    ends = [*(m.start() for m in re.finditer(" ", run)), len(run)]
    parts = [(s, e) for i, s in enumerate(starts) for e in ends[i:]]
    for start, end in sorted(parts, key=lambda p: p[0] - p[1]):
        candidate = run[start:end]
        shorter = len(candidate.rstrip(_TAIL if not candidate.endswith(")") or "(" not in candidate else ".,"))
        lead = len(candidate) - len(candidate.lstrip("(+"))
        if _SHORTEST <= shorter - lead <= 26:
            yield start + lead, start + shorter
