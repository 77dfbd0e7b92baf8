"""Members and their profiles."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from generate.habits import Habits
from generate.people import Person, Sources, company, make_person
from generate.plan import AS_OF, START, Kit, Plan
from generate.scenarios import SCENARIOS
from generate.segments import LabeledSpan, Segment, Segments, glue, join
from generate.slot_filler import SlotFiller
from generate.texts import Job, Texts, style

LANGUAGES = {
    "DE": "de", "AT": "de", "LI": "de", "CH": "de", "FR": "fr", "GP": "fr", "RE": "fr", "ES": "es", "MX": "es",
    "CL": "es", "CO": "es",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Member:
    """A member: who they are, what excludes their content, and how they write."""

    user_id: str
    person: Person
    plan: Plan
    scenario: str
    language: str
    activity: float
    jobs: tuple[Job, ...]
    habits: Habits | None = None


Fields = list[tuple[str, str, list[LabeledSpan]]]


def scenario_names(rng: random.Random, size: int) -> list[int]:
    """Return for each member the index of their scenario: their shares, at least one of each; the rest is usual."""
    main = max(range(len(SCENARIOS)), key=lambda i: SCENARIOS[i].share)
    picked = [i for i, s in enumerate(SCENARIOS) if i != main for _ in range(max(s.least, round(s.share * size)))]
    picked += [main] * (size - len(picked))
    rng.shuffle(picked)
    return picked


def make_members(rng: random.Random, sources: Sources, size: int) -> list[Member]:
    """Make all members, each in the circumstances of a scenario."""
    kit = Kit(rng, sources.countries, sources.stocks)
    members = []
    for number, index in enumerate(scenario_names(rng, size), 1):
        scenario = SCENARIOS[index]
        plan = scenario.build(kit)
        birth = plan.birth or kit.adult()
        person = make_person(rng, sources, sources.countries[plan.country], number, birth)
        if plan.school:
            person = replace(person, school=plan.school[0])
        jobs = _jobs(rng, sources, person)
        if len(jobs) == 1:
            person = replace(person, former="")
        members.append(
            Member(
                user_id=f"m{number:06d}",
                person=person,
                plan=plan,
                scenario=scenario.name,
                language=_language(rng, plan.country, person),
                activity=rng.paretovariate(1.6),
                jobs=jobs,
            )
        )
    return members


def _language(rng: random.Random, country: str, person: Person) -> str:
    if country in LANGUAGES and rng.random() < 0.5:
        return LANGUAGES[country]
    if (country == "IN" or person.name.culture == "hi_IN") and rng.random() < 0.22:
        return "hi"
    return rng.choices(("en", "de", "fr", "es", "hi"), (92, 3, 3, 1, 1))[0]


def _jobs(rng: random.Random, sources: Sources, person: Person) -> tuple[Job, ...]:
    count = rng.choices((1, 2, 3, 4), (20, 35, 30, 15))[0]
    ends = sorted(rng.sample(range(1, 26), count - 1), reverse=True) if count > 1 else []
    years = [2024 - e for e in ends]
    starts = [min(years[0] if years else 2024, 2024) - rng.randint(1, 4), *years]
    jobs: list[Job] = []
    for index, start in enumerate(starts):
        last = index == count - 1
        name = person.employer if last else (person.former if index == count - 2 else company(rng, sources))
        title = person.role if last else rng.choice(sources.words["role"])
        end = None if last else date(starts[index + 1], 1, 1) - timedelta(days=rng.randint(1, 20))
        jobs.append((title, name, date(start, rng.randint(1, 12) if last else 1, 1), end))
    return tuple(reversed(jobs))


def updated_at(rng: random.Random, plan: Plan) -> datetime:
    """Draw when the profile was last changed, within the time the member was there."""
    last = min(plan.last or AS_OF, AS_OF) - timedelta(days=1)
    moment = plan.first + timedelta(seconds=rng.randrange(max(1, int((last - plan.first).total_seconds()))))
    return max(moment, START)


@dataclass(frozen=True, slots=True)
class ProfileMaker:
    """Writes profile rows with the spans of their free-text fields."""

    sources: Sources
    texts: Texts

    def rows(self, rng: random.Random, members: list[Member]) -> Iterator[tuple[Member, dict[str, Any], Fields]]:
        """Yield for each member the row and its labeled fields."""
        for member in members:
            yield member, *self.row(rng, member)

    def row(self, rng: random.Random, member: Member) -> tuple[dict[str, Any], Fields]:
        """Return the row of one member."""
        person, plan = member.person, member.plan
        when = updated_at(rng, plan)
        fields: Fields = []

        def filler(language: str = "en") -> SlotFiller:
            words = self.texts.words[language]
            if member.habits:
                words = member.habits.words(rng, words)
            return SlotFiller(rng, self.sources, person, when, language, words)

        def add_field(name: str, segments: Segments) -> str:
            text, spans = join(segments)
            fields.append((name, text, spans))
            return text

        headline = add_field("headline", self.texts.lines(filler(), "headline", 1, 1)) if rng.random() < 0.94 else None
        about = add_field("about", self._about(filler(member.language), member)) if rng.random() < 0.72 else None
        experience = []
        for index, (title, employer, start, end) in enumerate(member.jobs):
            description = None
            if rng.random() < 0.55:
                description = add_field(
                    f"experience[{index}].description", self.texts.lines(filler(), "experience", 1, 2)
                )
            experience.append(
                {
                    "title": title,
                    "company": employer,
                    "location": person.city if rng.random() < 0.8 else None,
                    "description": description,
                    "start": start,
                    "end": end,
                }
            )
        note = (
            add_field("education[0].description", self.texts.lines(filler(), "education", 1, 1))
            if rng.random() < 0.2
            else None
        )
        words = self.sources.words
        year = (plan.birth or date(1985, 1, 1)).year
        education = {
            "school": person.school,
            "degree": rng.choice(words["degree"]),
            "field": rng.choice(words["study"]),
            "description": note,
            "start": date(year + 15, 9, 1),
            "end": plan.school[1] if plan.school else date(year + 22, 7, 1) if year < 2000 else None,
        }
        row = {
            "user_id": member.user_id,
            "full_name": person.name.full,
            "given_name": person.name.given,
            "family_name": person.name.family,
            "handle": person.handle,
            "vanity_url": person.profile_url,
            "headline": headline,
            "about": about,
            "emails": list(person.emails),
            "phones": list(person.phones),
            "birth_date": plan.birth,
            "account_status": plan.status,
            "experience": experience,
            "education": [education],
            "languages": sorted({member.language, "en"}),
            "updated_at": when.astimezone(UTC),
        }
        return row, fields

    def _about(self, filler: SlotFiller, member: Member) -> Segments:
        parts = [self.texts.lines(filler, "about", 2, 4)]
        if filler.rng.random() < 0.35:
            parts.append(self.texts.lines(filler, "about.contact", 1, 2))
        habits = member.habits
        if habits and habits.profile_story and filler.language == "en":
            parts.append((Segment(habits.profile_story),))
        text = glue(parts, " ")
        return habits.written(filler.rng, text, english=False, short=True) if habits else style(filler.rng, text)
