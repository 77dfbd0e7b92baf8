"""Hostile texts through the stream: every one is answered, offsets are right, what is not redacted is as it was."""

import json
import random
import re
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Final

from redaction import Detector, Replacer, load_profile
from redaction.operations.stream import StreamRedactor, TextIn, TextOut
from redaction.operations.stream.json_lines import format_json_line
from tests.faults.outcome import Outcome
from tests.network import ROOT

sys.path.append(str(ROOT / "benchmarks"))

from hostile_units import UNITS
from repeated_units import MOST_GROWTH, MOST_PER_CHARACTER, seconds

_WORDS: Final = ("Jane", "Doe", "at", "jane@example.com", "+1 202 555 0143", "https://a.example/x", "[PERSON_1]",
                 "O'Neil", "\u200b", "٣", "Zürich")  # fmt: skip
_JOINING: Final = (0x300, 0x200D, 0x200B, 0xFE0F, 0x202E, 0x2066, 0x61, 0x20, 0x1F468)
_BATCH: Final = 64
_TYPED: Final = re.compile(r"\[([A-Z][A-Z0-9_]*_(?:[0-9\uff10-\uff19]+|k[a-z2-7]+))\]")
SIZES: Final = (1_000, 10_000, 100_000)
LONGEST: Final = 1_000_000
_MEASURED: Final = 10_000


def hostile_text(rng: random.Random) -> str:
    """Make a text of one of eight kinds, of up to 120 characters."""
    length = rng.randrange(1, 120)
    match rng.randrange(8):
        case 0:
            planes = ((0x20, 0xD800), (0xE000, 0x110000))
            return "".join(chr(rng.randrange(*rng.choice(planes))) for _ in range(length))
        case 1:
            return "".join(chr(rng.randrange(0, 0x300)) for _ in range(length))
        case 2:
            return "".join(rng.choice(UNITS) for _ in range(length // 3 + 1))
        case 3:
            return "".join(rng.choice("0123456789+-() ./@:#") for _ in range(length))
        case 4:
            return " ".join(rng.choice(_WORDS) for _ in range(length // 3 + 1))
        case 5:
            return "".join(chr(rng.choice(_JOINING)) for _ in range(length))
        case 6:
            return "".join(rng.choice("Aa \n\u00a0\u2003.,") for _ in range(length))
        case _:
            return bytes(rng.randrange(256) for _ in range(length)).decode("latin-1")


def text_row(profile: str, texts: int, seed: int = 7, minutes: float = 1e9) -> Outcome:
    """Redact hostile texts with a profile."""
    outcome, rng, started = Outcome(f"hostile texts, {profile}"), random.Random(seed), time.monotonic()
    redactor = StreamRedactor(Detector.from_settings(load_profile(profile)), Replacer())
    slowest, withheld = 0.0, Counter[str]()
    while outcome.count < texts and time.monotonic() - started < minutes * 60:
        language = rng.choice(["en", None])
        batch = [TextIn(n, hostile_text(rng), language) for n in range(min(_BATCH, texts - outcome.count))]
        before = time.process_time()
        try:
            results = redactor.redact(batch)
        except BaseException as error:  # noqa: BLE001 - that is what is looked for
            outcome.found.append(f"{type(error).__name__} in batch {outcome.count // _BATCH}")
            results = []
        slowest = max(slowest, time.process_time() - before)
        outcome.count += len(batch)
        for text, result in zip(batch, results, strict=bool(results)):
            withheld.update([str(result.problem)] if result.problem else [])
            problem = _wrong(text.text, result)
            if problem:
                outcome.found.append(f"{problem} (seed {seed}, text {outcome.count - len(batch) + text.id})")
    reasons = ", ".join(f"{number} {reason}" for reason, number in withheld.most_common())
    outcome.note = f"withheld: {reasons or 'none'}; slowest {_BATCH}: {slowest:.2f} s of CPU"
    return outcome


def _wrong(text: str, result: TextOut) -> str | None:
    """Say what is wrong with a result."""
    json.loads(format_json_line(result))
    if result.problem is not None:
        return None if result.text is None else "a withheld text is passed on"
    end, position, redacted = 0, 0, result.text or ""
    for span in result.spans:
        if not end <= span.start < span.end <= len(text):
            return "offsets are outside or overlap"
        position = redacted.find(_shown(text[end : span.start]), position)
        if position < 0:
            return "text beside the spans differs"
        position, end = position + span.start - end, span.end
    return None if redacted.endswith(_shown(text[end:])) else "text after the spans differs"


def _shown(text: str) -> str:
    """Return the text beside spans as it is shown: what only looks like a placeholder has round brackets."""
    return _TYPED.sub(r"(\1)", text)


def unit_row(profile: str, every: int = 1, sizes: tuple[int, ...] = SIZES, minutes: float = 1e9) -> Outcome:
    """Time texts of one repeated unit; the slowest, and every tenth, at `LONGEST` as well.

    What a text costs whatever its length counts only below `_MEASURED` characters, and is not judged.
    """
    outcome, started = Outcome(f"repeated units, {profile}"), time.monotonic()
    detector = Detector.from_settings(load_profile(profile))
    seconds(detector, " ".join(UNITS))  # loads what is loaded at first use
    rates, dropped = dict[str, dict[int, float]](), 0

    def time_at(unit: str, size: int) -> None:
        nonlocal dropped
        taken, is_dropped = seconds(detector, (unit * (size // len(unit) + 1))[:size])
        rates.setdefault(unit, {})[size] = 1e6 * taken / size
        dropped += is_dropped

    for unit in UNITS[::every]:
        if time.monotonic() - started > minutes * 60:
            break
        for size in sizes:
            time_at(unit, size)
    long = sorted(rates, key=lambda unit: -rates[unit][sizes[-1]])[:4] + list(rates)[::10] if sizes == SIZES else []
    for unit in dict.fromkeys(long):
        if time.monotonic() - started > minutes * 60:
            break
        time_at(unit, LONGEST)
    worst = (0.0, "", 0)
    for unit, by_size in rates.items():
        name = unit.encode("unicode_escape").decode()
        judged = {size: rate for size, rate in by_size.items() if size >= _MEASURED}
        rate, size = max((rate, size) for size, rate in judged.items())
        worst = max(worst, (rate, name, size))
        if rate > MOST_PER_CHARACTER:
            outcome.found.append(f"{name}: {rate:.1f} µs a character at {size:,}")
        if judged[max(judged)] > MOST_GROWTH * max(judged[min(judged)], 0.5):
            outcome.found.append(f"{name}: grows from {judged[min(judged)]:.1f} to {judged[max(judged)]:.1f} µs")
    outcome.count = len(rates)
    at_longest = sum(LONGEST in by_size for by_size in rates.values())
    outcome.note = (
        f"worst {worst[0]:.1f} µs a character ({worst[1]}, {worst[2]:,} characters); {at_longest} of them at 1 MB; "
        f"{dropped} texts dropped by the limit"
    )
    return outcome


def limit_row(profile: str, sizes: tuple[int, ...] = SIZES, every: int = 1, minutes: float = 1e9) -> Outcome:
    """Time texts of one repeated unit where recognizers are not ours: none may take longer than its record may.

    A pattern may take `regex_seconds` more than the record has, as it is not cut off before.
    """
    outcome, started = Outcome(f"repeated units, {profile}"), time.monotonic()
    settings = load_profile(profile)
    detector = Detector.from_settings(settings)
    seconds(detector, " ".join(UNITS))
    longest, dropped, texts = (0.0, "", 0), set[str](), 0
    for size in sizes:
        for unit in UNITS[::every]:
            if time.monotonic() - started > minutes * 60:
                break
            name = unit.encode("unicode_escape").decode()
            taken, is_dropped = seconds(detector, (unit * (size // len(unit) + 1))[:size])
            longest, texts = max(longest, (taken, name, size)), texts + 1
            dropped |= {name} if is_dropped else set()
            if taken > settings.record_seconds + 2 * settings.regex_seconds:
                outcome.found.append(f"{name}: {taken:.1f} s at {size:,}")
            if taken > settings.record_seconds and not is_dropped:
                outcome.found.append(f"{name}: passed after {taken:.1f} s at {size:,}")
    outcome.count = texts
    outcome.note = (
        f"longest {longest[0]:.1f} s ({longest[1]}, {longest[2]:,} characters); dropped: {' '.join(sorted(dropped))}"
    )
    return outcome


def canary_row(folder: Path, kinds: tuple[tuple[str, int], ...], minutes: float = 1e9) -> Outcome:
    """Fail in each way with a text in hand."""
    from tests.faults.failing.fail import fail

    outcome, started = Outcome("failing runs"), time.monotonic()
    for kind, workers in kinds:
        if time.monotonic() - started > minutes * 60:
            break
        failed = fail(folder / f"{kind.replace(' ', '-')}-{workers}", kind, workers)
        outcome.count += 1
        outcome.found += [f"{kind}, {workers} workers: {word} in {path}" for path, word in failed.found]
        if len(failed.lines) > 9:
            outcome.found.append(f"{kind}, {workers} workers: {len(failed.lines)} lines")
    return outcome
