"""Whole texts of every kind, put together from templates."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from generate.grammar import read_sections
from generate.pieces import Piece, Pieces, curl_quotes, escape_html, fix_articles, glue, recase
from generate.scene import Scene

Sections = dict[str, tuple[str, ...]]
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

    def compose(self, kind: str, scene: Scene, experience: Sequence[tuple[str, str, date, date | None]]) -> Pieces:
        """Return the text of a record of a kind; ``experience`` is the author's, for a résumé."""
        makers: dict[str, Callable[[Scene], Pieces]] = {
            "article": self._article,
            "comment": self._comment,
            "feedback": self._feedback,
            "ai_prompt": lambda s: self._lines(s, "ai_prompt", 1, 1),
            "message": lambda s: self._lines(s, "message", 1, 1),
            "group_message": lambda s: self._lines(s, "group_message" if s.language == "en" else "message", 1, 1),
            "resume": lambda s: self._resume(s, experience),
        }
        body = makers.get(kind, self._post)(scene)
        body = self._mention(scene, body)
        if scene.language == "en":
            body = fix_articles(body)
        return body if kind in {"resume", "article"} else style(scene.rng, body)

    def title(self, scene: Scene) -> Pieces:
        """Return a title for an article."""
        return scene.text(scene.rng.choice(self.sections[scene.language]["title"]))

    def lines(self, scene: Scene, section: str, least: int, most: int, separator: str = " ") -> Pieces:
        """Return so many different lines of a section."""
        stock = self.sections[scene.language].get(section) or self.sections["en"][section]
        count = min(len(stock), scene.rng.randint(least, most))
        return glue([scene.text(line) for line in scene.rng.sample(stock, count)], separator)

    def _feedback(self, scene: Scene) -> Pieces:
        if scene.language != "en":
            return self._lines(scene, "feedback", 1, 2)
        parts = [self._lines(scene, "feedback" if scene.rng.random() < 0.5 else "feedback.wish", 1, 1)]
        parts.append(self._lines(scene, "feedback.where", 1, 2))
        if scene.rng.random() < 0.4:
            parts.append(self._lines(scene, "feedback.wish", 1, 1))
        return glue(parts, " ")

    def _lines(self, scene: Scene, section: str, least: int, most: int) -> Pieces:
        return self.lines(scene, section, least, most)

    def _mention(self, scene: Scene, body: Pieces) -> Pieces:
        """Make sure that a structured mention is in the text too."""
        wanted = [i for i, g in enumerate(scene.guests, 1) if g.whose == "mentioned" and f"p{i}" not in scene.used]
        if not wanted:
            return body
        section = "tail.mention" if scene.language == "en" else "mention"
        line = scene.rng.choice(self.sections[scene.language][section])
        return glue([body, *(scene.text(line.replace("{p1", f"{{p{i}")) for i in wanted)], " ")

    def _tails(self, scene: Scene) -> list[Pieces]:
        rng, own = scene.rng, self.sections[scene.language]
        prefix = "tail." if scene.language == "en" else ""
        tails = []
        for section, chance in (("contact", 0.24), ("pii", 0.06), ("look", 0.18)):
            if rng.random() < chance:
                tails.append(scene.text(rng.choice(own[prefix + section])))
        if rng.random() < 0.3:
            count = rng.randint(1, 4)
            tails.append(glue([scene.text("{hashtag}") for _ in range(count)], " "))
        return tails

    def _post(self, scene: Scene) -> Pieces:
        rng, own = scene.rng, self.sections[scene.language]
        genre = rng.choices(GENRES, GENRE_WEIGHTS)[0] + "." if scene.language == "en" else ""
        count = rng.choices((0, 1, 2, 3, 4, 5, 6), (4, 14, 24, 24, 18, 10, 6))[0]
        parts = [scene.text(rng.choice(own[genre + "open"]))]
        parts += [scene.text(t) for t in rng.sample(own[genre + "body"], min(count, len(own[genre + "body"])))]
        if rng.random() < 0.55:
            parts.append(scene.text(rng.choice(own[genre + "close"])))
        parts += self._tails(scene)
        if rng.random() < (0.012 if scene.language == "en" else 0.05):
            parts.append(self._foreign(scene))
        return glue(parts, rng.choice((" ", " ", "\n", "\n\n")))

    def _foreign(self, scene: Scene) -> Pieces:
        """One sentence of another language, with the same people in it."""
        other = scene.rng.choice([code for code in self.sections if code != scene.language])
        borrowed = Scene(
            scene.rng, scene.sources, scene.author, scene.when, other, self.words[other], scene.guests, scene.used
        )
        return borrowed.text(scene.rng.choice(self.sections[other]["newjob.body" if other == "en" else "body"]))

    def _comment(self, scene: Scene) -> Pieces:
        rng, own = scene.rng, self.sections[scene.language]
        dice = rng.random()
        if dice < 0.45:
            return scene.text(rng.choice(own["short"]))
        parts = [scene.text(t) for t in rng.sample(own["long"], 1 if dice < 0.8 else 2)]
        if rng.random() < 0.15:
            parts.insert(0, scene.text(rng.choice(own["short"])))
        return glue(parts, " ")

    def _article(self, scene: Scene) -> Pieces:
        rng, own = scene.rng, self.sections[scene.language]
        english = scene.language == "en"
        stock = list(own["body"])
        rng.shuffle(stock)
        sections = rng.choices((1, 2, 3, 5, 8), (25, 25, 25, 15, 10))[0] if english else 2
        parts: list[Pieces] = [scene.text(rng.choice(own["lead" if english else "open"]))]
        for number in range(sections):
            if number and english:
                parts.append((Piece("## "), *scene.text(rng.choice(own["heading"]))))
            for _ in range(rng.randint(1, 2)):
                size = rng.randint(3, 6)
                taken, stock = stock[:size], stock[size:]
                if taken:
                    parts.append(glue([scene.text(t) for t in taken], " "))
        parts.append(scene.text(rng.choice(own["close"])))
        return glue(parts, "\n\n")

    def _resume(self, scene: Scene, experience: Sequence[tuple[str, str, date, date | None]]) -> Pieces:
        rng, own = scene.rng, self.sections[scene.language]
        head = scene.text(
            rng.choice(
                (
                    "{me.real}\n{me.addr}\n{me.intl} | {me.email}",
                    "CURRICULUM VITAE\n{me.up}\n{me.email}, {me.phone}\n{me.url}",
                    "Name: {me.real}\nDate of birth: {me.dob}\nPhone: {me.phone}\nE-mail: {me.email}",
                )
            )
        )
        parts = [head, scene.text(rng.choice(own["resume.summary"]))]
        for title, employer, start, end in experience:
            span = f" ({start.year}–{end.year if end else 'now'})"
            lines = [scene.text(t) for t in rng.sample(own["resume.line"], rng.randint(2, 4))]
            job: Pieces = (Piece(f"{title}, "), Piece(employer, "ORGANIZATION", "author"), Piece(span))
            parts.append(glue([job, *lines], "\n"))
        parts.append(scene.text("{me.school}, <{degree} {study}|{study}>"))
        if rng.random() < 0.5:
            parts.append(scene.text("References: {p1.real}, {p1.intl}, {p1.email}"))
        return glue(parts, "\n\n")


def style(rng: random.Random, pieces: Pieces) -> Pieces:
    """Give a text the looks of its writer: lower case, capitals, entities, curly quotes, or none."""
    dice = rng.random()
    if dice < 0.09:
        return recase(pieces, str.lower)
    if dice < 0.115:
        return recase(pieces, str.upper)
    if dice < 0.145:
        return escape_html(pieces)
    if dice < 0.25:
        return curl_quotes(pieces)
    if dice < 0.27:
        return recase(pieces, lambda text: text.replace("  ", " ").replace(". ", ".").replace(", ", ","))
    return pieces
