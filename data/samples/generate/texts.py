"""Compose whole texts of every kind from templates."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from generate.grammar import read_sections
from generate.segments import Segment, Segments, curl_quotes, escape_html, fix_articles, glue, recase
from generate.slot_filler import SlotFiller

Sections = dict[str, tuple[str, ...]]
Job = tuple[str, str, date, date | None]
"""Title, employer, start and end."""
GENRES = (
    "newjob",
    "launch",
    "thanks",
    "recap",
    "hiring",
    "layoff",
    "opinion",
    "milestone",
    "question",
    "volunteer",
    "people",
    "chat",
)
GENRE_WEIGHTS = (12, 12, 10, 12, 14, 8, 16, 6, 8, 4, 7, 9)
STORY = 0.25
"""How often a post returns to a story of its author, who has habits."""
EN_FILES = ("en_posts", "en_comments", "en_articles", "en_other")


class Texts:
    """The templates of every language, and how a text of each kind is built from them."""

    def __init__(self, folder: Path, common: Sections) -> None:
        """Read the templates; ``common`` are the vocabulary lists every language may fall back on."""
        self.sections: dict[str, Sections] = {"en": {}}
        for name in EN_FILES:
            self.sections["en"].update(read_sections(folder / f"{name}.txt"))
        for language in ("de", "fr", "es", "hi"):
            self.sections[language] = read_sections(folder / f"{language}.txt")
        self.words = {language: {**common, **own} for language, own in self.sections.items()}

    def compose(self, kind: str, filler: SlotFiller, experience: Sequence[Job]) -> Segments:
        """Return the text of a record of a kind; ``experience`` is the author's, for a résumé."""
        makers: dict[str, Callable[[SlotFiller], Segments]] = {
            "article": self._article,
            "comment": self._comment,
            "feedback": self._feedback,
            "ai_prompt": lambda s: self._lines(s, "ai_prompt", 1, 1),
            "message": lambda s: self._lines(s, "message", 1, 1),
            "group_message": lambda s: self._lines(s, "group_message" if s.language == "en" else "message", 1, 1),
            "resume": lambda s: self._resume(s, experience),
        }
        body = makers.get(kind, self._post)(filler)
        body = self._mention(filler, body)
        if filler.language == "en":
            body = fix_articles(body)
        if kind in {"resume", "article"}:
            return body
        if filler.habits:
            english, short = filler.language == "en", kind == "comment"
            return filler.habits.written(filler.rng, body, english=english, short=short)
        return style(filler.rng, body)

    def title(self, filler: SlotFiller) -> Segments:
        """Return a title for an article."""
        return filler.text(filler.rng.choice(self.sections[filler.language]["title"]))

    def lines(self, filler: SlotFiller, section: str, least: int, most: int, separator: str = " ") -> Segments:
        """Return so many different lines of a section."""
        stock = self.sections[filler.language].get(section) or self.sections["en"][section]
        count = min(len(stock), filler.rng.randint(least, most))
        return glue([filler.text(line) for line in filler.rng.sample(stock, count)], separator)

    def _feedback(self, filler: SlotFiller) -> Segments:
        if filler.language != "en":
            return self._lines(filler, "feedback", 1, 2)
        parts = [self._lines(filler, "feedback" if filler.rng.random() < 0.5 else "feedback.wish", 1, 1)]
        parts.append(self._lines(filler, "feedback.where", 1, 2))
        if filler.rng.random() < 0.4:
            parts.append(self._lines(filler, "feedback.wish", 1, 1))
        return glue(parts, " ")

    def _lines(self, filler: SlotFiller, section: str, least: int, most: int) -> Segments:
        return self.lines(filler, section, least, most)

    def _mention(self, filler: SlotFiller, body: Segments) -> Segments:
        """Make sure that a structured mention is in the text too."""
        wanted = [i for i, g in enumerate(filler.guests, 1) if g.whose == "mentioned" and f"p{i}" not in filler.used]
        if not wanted:
            return body
        section = "tail.mention" if filler.language == "en" else "mention"
        line = filler.rng.choice(self.sections[filler.language][section])
        return glue([body, *(filler.text(line.replace("{p1", f"{{p{i}")) for i in wanted)], " ")

    def _tails(self, filler: SlotFiller) -> list[Segments]:
        rng, own = filler.rng, self.sections[filler.language]
        prefix = "tail." if filler.language == "en" else ""
        tails = []
        for section, chance in (("contact", 0.24), ("pii", 0.06), ("look", 0.18)):
            if rng.random() < chance:
                tails.append(filler.text(rng.choice(own[prefix + section])))
        if rng.random() < 0.3:
            count = rng.randint(1, 4)
            tails.append(glue([filler.text("{hashtag}") for _ in range(count)], " "))
        return tails

    def _post(self, filler: SlotFiller) -> Segments:
        rng, own = filler.rng, self.sections[filler.language]
        genre = rng.choices(GENRES, GENRE_WEIGHTS)[0] + "." if filler.language == "en" else ""
        count = rng.choices((0, 1, 2, 3, 4, 5, 6), (4, 14, 24, 24, 18, 10, 6))[0]
        habits = filler.habits
        if habits:
            count = max(0, habits.sentences + rng.choice((-1, 0, 0, 1)))
        parts = [filler.text(rng.choice(own[genre + "open"]))]
        if habits and filler.language == "en" and rng.random() < STORY:
            parts.append((Segment(habits.story(rng)),))
        parts += [filler.text(t) for t in rng.sample(own[genre + "body"], min(count, len(own[genre + "body"])))]
        if rng.random() < 0.55:
            parts.append(filler.text(rng.choice(own[genre + "close"])))
        parts += self._tails(filler)
        if rng.random() < (0.012 if filler.language == "en" else 0.05):
            parts.append(self._foreign(filler))
        return glue(parts, rng.choice((" ", " ", "\n", "\n\n")))

    def _foreign(self, filler: SlotFiller) -> Segments:
        """One sentence of another language, with the same people in it."""
        other = filler.rng.choice([code for code in self.sections if code != filler.language])
        borrowed = SlotFiller(
            filler.rng, filler.sources, filler.author, filler.when, other, self.words[other], filler.guests, filler.used
        )
        return borrowed.text(filler.rng.choice(self.sections[other]["newjob.body" if other == "en" else "body"]))

    def _comment(self, filler: SlotFiller) -> Segments:
        rng, own = filler.rng, self.sections[filler.language]
        dice = rng.random()
        if dice < 0.45:
            return filler.text(rng.choice(own["short"]))
        parts = [filler.text(t) for t in rng.sample(own["long"], 1 if dice < 0.8 else 2)]
        if rng.random() < 0.15:
            parts.insert(0, filler.text(rng.choice(own["short"])))
        return glue(parts, " ")

    def _article(self, filler: SlotFiller) -> Segments:
        rng, own = filler.rng, self.sections[filler.language]
        english = filler.language == "en"
        stock = list(own["body"])
        rng.shuffle(stock)
        sections = rng.choices((1, 2, 3, 5, 8), (25, 25, 25, 15, 10))[0] if english else 2
        parts: list[Segments] = [filler.text(rng.choice(own["lead" if english else "open"]))]
        for number in range(sections):
            if number and english:
                parts.append((Segment("## "), *filler.text(rng.choice(own["heading"]))))
            for _ in range(rng.randint(1, 2)):
                size = rng.randint(3, 6)
                taken, stock = stock[:size], stock[size:]
                if taken:
                    parts.append(glue([filler.text(t) for t in taken], " "))
        parts.append(filler.text(rng.choice(own["close"])))
        return glue(parts, "\n\n")

    def _resume(self, filler: SlotFiller, experience: Sequence[Job]) -> Segments:
        rng, own = filler.rng, self.sections[filler.language]
        head = filler.text(
            rng.choice(
                (
                    "{me.real}\n{me.addr}\n{me.intl} | {me.email}",
                    "CURRICULUM VITAE\n{me.up}\n{me.email}, {me.phone}\n{me.url}",
                    "Name: {me.real}\nDate of birth: {me.dob}\nPhone: {me.phone}\nE-mail: {me.email}",
                )
            )
        )
        parts = [head, filler.text(rng.choice(own["resume.summary"]))]
        for title, employer, start, end in experience:
            span = f" ({start.year}–{end.year if end else 'now'})"
            lines = [filler.text(t) for t in rng.sample(own["resume.line"], rng.randint(2, 4))]
            job: Segments = (Segment(f"{title}, "), Segment(employer, "ORGANIZATION", "author"), Segment(span))
            parts.append(glue([job, *lines], "\n"))
        parts.append(filler.text("{me.school}, <{degree} {study}|{study}>"))
        if rng.random() < 0.5:
            parts.append(filler.text("References: {p1.real}, {p1.intl}, {p1.email}"))
        return glue(parts, "\n\n")


def style(rng: random.Random, segments: Segments) -> Segments:
    """Give a text its author's style: lower case, capitals, HTML entities, curly quotes, or none."""
    dice = rng.random()
    if dice < 0.09:
        return recase(segments, str.lower)
    if dice < 0.115:
        return recase(segments, str.upper)
    if dice < 0.145:
        return escape_html(segments)
    if dice < 0.25:
        return curl_quotes(segments)
    if dice < 0.27:
        return recase(segments, lambda text: text.replace("  ", " ").replace(". ", ".").replace(", ", ","))
    return segments
