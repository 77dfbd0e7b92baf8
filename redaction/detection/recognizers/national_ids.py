"""National numbers of persons, by their check digits and the words beside them."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from redaction.detection.acceleration.patterns.batch_scan import RulePattern, ScannedText
from redaction.detection.acceleration.patterns.necessary_conditions import Needs
from redaction.detection.entities import EntityType
from redaction.detection.recognizers.base import Cue, Match, RuleRecognizer
from redaction.detection.recognizers.national_id_formats import IDENTITIES, Identity, is_valid

_GROUP = r"[A-Za-z0-9./+()-]{0,19}\d[A-Za-z0-9./+()-]{0,19}"
_RUN = re.compile(
    rf"(?<![\w.@#/+-])(?:[A-Z]{{1,6}}[ ]){{0,2}}{_GROUP}(?:[ ]{_GROUP}){{0,7}}(?:[ ][A-Z]{{1,2}})?(?![\w@])"
)
_PLACE = re.compile(r"\d(?:[A-Za-z./+()-]{0,19}[ ]?[A-Za-z./+()-]{0,19}\d)*")
"""Digits that may be of one run."""
_GOES_ON = re.compile(r"[A-Za-z./+()-]|[ ][A-Z]")
_PRECEDED = re.compile(r"[A-Za-z./+()-]|(?<=[A-Z])[ ]")
_BEFORE, _BEHIND = 33, 23
"""How many signs stand before the first digit of a run at the most, and how far behind the last one its end is seen."""
_FEWEST = 4
_DIGIT = re.compile(r"\d")
_SEPARATORS = re.compile(r"[ ./-]")
_SHORTEST = 7
_TAIL = ".,;:!?)(/-+"

_GENERAL = Cue(
    r"ids?|id (?:no|number|card|nr)|identity|identification|identifier|national (?:id|number|identity|insurance)"
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


class _MayStand(NamedTuple):
    """Which cues may stand somewhere in a text."""

    general: bool
    named: bool


class NationalIdRecognizer(RuleRecognizer):
    """Numbers whose check digits hold, where the writing or a word beside them says what they are."""

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
        """Each number whole, with its separators."""
        general, named = map(scanned.may_match, self._cues)
        for run in _runs(scanned.text):
            if sum(c.isdigit() for c in run.group()) >= _FEWEST:
                yield from self._in_run(scanned.text, run.start(), run.group(), _MayStand(general, named))

    def _in_run(self, text: str, offset: int, run: str, cues: _MayStand) -> Iterator[Match]:
        for start, end in _pieces(run):
            score = self._score(text, offset + start, run[start:end], cues)
            if score:
                yield Match(offset + start, offset + end, EntityType.NATIONAL_ID, score)
                return

    def _score(self, text: str, start: int, piece: str, cues: _MayStand) -> float:
        compact = _SEPARATORS.sub("", piece).upper()
        if not _SHORTEST <= len(compact) <= 20 or len(set(compact)) <= 2:
            return 0.0
        if self._shapes.fullmatch(compact) is None and self._shapes.fullmatch(piece) is None:
            return 0.0
        end = start + len(piece)
        general = cues.general and _GENERAL.near(text, start, end)
        if not general and not cues.named and not self._stands_alone(piece, compact):
            return 0.0
        best = 0.0
        for identity, shape, written, names in self._rules:
            number = piece if identity.check == "fi.hetu" else compact
            if shape.fullmatch(number) is not None:
                named = cues.named and names is not None and names.near(text, start, end)
                score = 0.95 if named else 0.85 if general else _alone(identity, piece, written)
                if score > best and is_valid(identity, number):
                    best = score
        return best

    def _stands_alone(self, piece: str, compact: str) -> bool:
        """Whether its writing may say what it is."""
        ways = self._written.fullmatch(piece), self._sure.fullmatch(compact), self._sure.fullmatch(piece)
        return any(way is not None for way in ways)


def _runs(text: str) -> Iterator[re.Match[str]]:
    """All runs that are long enough and have digits enough, looked for around the digits alone."""
    done = 0
    for place in _PLACE.finditer(text):
        start, end = place.span()
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


def _any_of(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def _alone(identity: Identity, piece: str, written: re.Pattern[str] | None) -> float:
    if identity.sure and piece.upper() == piece:
        return 0.6
    return 0.5 if written is not None and written.fullmatch(piece) else 0.0


def _pieces(run: str) -> Iterator[tuple[int, int]]:
    """The run and its parts between blanks, longest first, without punctuation at the end."""
    if len(run) < _SHORTEST:
        return
    starts = [0, *(m.end() for m in re.finditer(" ", run))]
    ends = [*(m.start() for m in re.finditer(" ", run)), len(run)]
    parts = [(s, e) for i, s in enumerate(starts) for e in ends[i:]]
    for start, end in sorted(parts, key=lambda p: p[0] - p[1]):
        piece = run[start:end]
        shorter = len(piece.rstrip(_TAIL if not piece.endswith(")") or "(" not in piece else ".,"))
        lead = len(piece) - len(piece.lstrip("(+"))
        if _SHORTEST <= shorter - lead <= 26:
            yield start + lead, start + shorter
