"""Gives members lasting habits, colleagues, stories, titles, and employers of Zipf-like size."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from generate.habits import SUBJECTS, Habits
from generate.members import Member
from generate.people import Sources, company
from generate.texts import Job

IN_PROFILE = 0.3
"""Of how many members the profile tells a story too, where it describes them in English."""
SYLLABLES = ("bar", "dun", "ket", "lo", "mir", "nes", "or", "pel", "quin", "ras", "sol", "tam", "ul", "ver", "wen")


@dataclass(frozen=True, slots=True)
class HabitMaker:
    """Gives members habits, employers of Zipf-like size and titles, with random numbers of its own."""

    rng: random.Random
    sources: Sources
    lists: dict[str, tuple[str, ...]]

    def settle(self, members: Sequence[Member]) -> list[Member]:
        """Return the members with employers, titles, habits and colleagues."""
        rng = self.rng
        firms = list(dict.fromkeys(company(rng, self.sources) for _ in range(len(members) // 4)))
        weights = [1 / (rank + 1) for rank in range(len(firms))]
        settled = [self._employed(member, firms, weights) for member in members]
        staff: dict[str, list[int]] = {}
        for number, member in enumerate(settled):
            staff.setdefault(member.person.employer, []).append(number)
        for number, member in enumerate(settled):
            assert member.habits is not None
            near = [n for n in staff[member.person.employer] if n != number]
            if len(near) < 2:
                near = [n for n in range(len(settled)) if n != number]
            member.habits.colleagues.extend(rng.sample(near, min(rng.randint(2, 6), len(near))))
        return settled

    def _employed(self, member: Member, firms: Sequence[str], weights: Sequence[float]) -> Member:
        rng = self.rng
        jobs: list[Job] = [
            (self._title(title), rng.choices(firms, weights)[0], start, end) for title, _, start, end in member.jobs
        ]
        former = jobs[1][1] if len(jobs) > 1 else ""
        person = replace(member.person, employer=jobs[0][1], former=former, role=jobs[0][0])
        return replace(member, person=person, jobs=tuple(jobs), habits=self._habits())

    def _title(self, title: str) -> str:
        return f"{self.rng.choice(self.lists['grade'])} {title}" if self.rng.random() < 0.75 else title

    def _habits(self) -> Habits:
        rng, lists = self.rng, self.lists
        stories = [self._story() for _ in range(rng.randint(1, 3))]
        return Habits(
            opening=rng.choice(lists["opening"]),
            closing=rng.choice(lists["closing"]),
            connective=rng.choice(lists["connective"]),
            emoji=rng.choice(self.sources.words["emoji"]),
            lower=rng.random() < 0.15,
            signs=tuple(_pair(each) for each in rng.sample(lists["sign"], rng.randint(0, 2))),
            misspellings=tuple(_pair(each) for each in rng.sample(lists["misspelling"], rng.randint(0, 4))),
            sentences=rng.choices((1, 2, 3, 4, 5), (18, 28, 28, 16, 10))[0],
            hour=rng.randrange(24),
            subjects={name: rng.randrange(1000) for name in SUBJECTS},
            stories=tuple(lines for lines, _ in stories),
            profile_story=stories[0][1] if rng.random() < IN_PROFILE else None,
        )

    def _story(self) -> tuple[tuple[str, ...], str]:
        """Make up a story: its sentences, and the one for a profile."""
        rng, lists = self.rng, self.lists
        details = {name: rng.choice(lists[name]) for name in ("thing", "mishap", "part")}
        details["spot"] = "".join(rng.sample(SYLLABLES, 3)).title()
        details["count"] = str(rng.randint(13, 480))
        details["weekday"] = rng.choice(self.sources.words["weekday"])
        lines = tuple(line.format(**details) for line in lists["story"])
        return lines, rng.choice(lists["story.about"]).format(**details)


def _pair(line: str) -> tuple[str, str]:
    old, _, new = line.replace("_", " ").partition("=>")
    return old, new
