"""A made-up network of the people of one town, by other templates and words than those of the sample.

Employers are of Zipf-like size, titles many. Members write of their employer in several forms, return to a story of
their own, and have lasting habits of writing.
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import product
from typing import Any, Final

from tests.network import JOINED, Network


def _listed(text: str, separator: str | None = None) -> list[str]:
    return text.split(separator)


_GIVEN: Final = _listed(
    "Aurelio Bettina Casimir Desta Eluned Fionnuala Gaspard Hortensia Ikaika Jolanta Kwabena Lioba Mirembe Nikodem "
    "Oluchi Perpetua Quirin Rosalba Severin Tadeo Ulrike Valdemar Wilhelmina Xiomara Yevgenia Zacharias Amparo "
    "Baldwin Cosima Dragan Elspeth Florian Gwendolyn Henrike Ignatius Jarmila Katarzyna Leopold Marguerite Nehemiah"
)
_STARTS: Final = _listed("Bran Cor Dal Ever Fen Gar Hol Iver Jas Kel Lor Mor Nor Os Pen Quar Ros Stan Thorn Ul Ver Wyn")
_ENDS: Final = _listed(
    "adotti berg crombe dahl ewicz feld gaard hurst inyi kova lund mantz nescu olsen pryde quist rath"
)
_GRADES: Final = ("Trainee", "Junior", "Deputy", "Senior", "Chief", "Visiting", "Relief", "District")
_TRADES: Final = _listed(
    "Lighthouse Keeper;Ferry Pilot;Bookbinder;Bridge Inspector;Cartographer;Beekeeper;Organ Tuner;Glassblower;"
    "Veterinary Nurse;Tram Dispatcher;Soil Chemist;Archivist;Court Interpreter;Boilermaker;Seed Librarian;"
    "Crane Operator;Orchard Manager;Water Auditor;Puppet Maker;School Cook;Radio Producer;Choir Director;"
    "Harbour Surveyor;Loom Mechanic;Noise Engineer;Ice Road Driver;Tax Mediator;Falconer;Sign Painter;Font Designer",
    ";",
)
_TITLES: Final = [f"{grade} {trade}" for grade, trade in product(_GRADES, _TRADES)]
_FIRM_KINDS: Final = ("Foundry", "Mills", "& Daughters", "Cooperative", "Shipping", "Observatory", "Gardens", "Press")
_PLACES: Final = ("Tallinn", "Oaxaca", "Gdansk", "Dunedin", "Tromso", "Cork", "Porto", "Halifax", "Nantes", "Graz")
_STUFF: Final = _listed(
    "sluice gate;weather balloon;ledger;greenhouse;winch;pigment;kettle drum;turbine;quarry;almanac;pontoon;stencil;"
    "hopper;compass;drainpipe;scaffold;beehive;kaleidoscope;tarpaulin;lantern;gearbox;millstone;trellis;flywheel",
    ";",
)
_DOINGS: Final = _listed(
    "repainted;measured;took apart;borrowed;auctioned;weighed;flooded;photographed;insured;rewired;catalogued;buried",
    ";",
)
_FEELINGS: Final = ("grumpy", "delighted", "sleepless", "stubborn", "curious", "smug", "restless", "hopeful")
_OPENERS: Final = ("", "", "Right then. ", "Small update: ", "Nobody asked, but ", "Confession: ", "So... ")
_CLOSERS: Final = ("", "", " Onwards!", " Make of that what you will.", " \U0001f427", " #townlife", " Ha.")

_POSTS: Final = (
    "The {a} was {done} before breakfast and the {b} by noon, which makes a {mood} crew.",
    "Three weeks with one {a}: what {done} looks like when the {b} is frozen.",
    "Has anyone here {done} a {a} without a {b}? Asking for a {mood} colleague.",
    "Minutes of the meeting: the {a} gets {done}, the {b} has to wait, cake was had.",
)
_OF_ONES_OWN: Final = (
    ("At {firm} we keep the {a} under the stairs.", 0.22),
    ("Proud of everyone at {tag} for the {a} that got {done}.", 0.08),
    ("{short}'s {a} was {done} twice this month.", 0.08),
    ("More on www.{domain} soon, with the {b}.", 0.04),
    ("Speaking as a {title}, the {b} is the easy half.", 0.1),
    ("I miss the evening light in {town}.", 0.1),
    ("{school} taught me how a {a} gets {done}.", 0.06),
    ("Greetings, {given}", 0.1),
    ("Call {name} on {phone} or write to {mail}.", 0.08),
    ("Long talk with {colleague} about the {b} today.", 0.2),
)
_REPLIES: Final = ("Same with our {a}, {mood} as ever.", "A {b} would do.", "{colleague} said the {a} was {done} too.")


@dataclass
class Town:
    """Its members, their posts and résumés."""

    members: int = 150
    posts_each: int = 4
    seed: int = 3
    people: list[dict[str, Any]] = field(default_factory=list)
    posts: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make up everybody, and then everything they wrote."""
        self._chance = random.Random(self.seed)
        firms = [f"{self._name()} {self._chance.choice(_FIRM_KINDS)}" for _ in range(max(self.members // 3, 10))]
        weights = [1 / (rank + 1) for rank in range(len(firms))]
        self._firms = lambda: self._chance.choices(firms, weights)[0]
        self._schools = [f"{self._name()} {kind}" for kind in ("Polytechnic", "College", "Academy") for _ in range(8)]
        self.people = [self._person(number) for number in range(self.members)]
        self._habits = {each["user_id"]: self._chance.random() for each in self.people}
        for person in self.people:
            for number in range(self.posts_each):
                kind = self._chance.choices(("post", "comment", "article", "ai_prompt"), (6, 3, 1, 1))[0]
                self.add(person, kind, f"{number}", self._text(person, kind))
            if self._chance.random() < 0.15:
                self.add(person, "resume", "resume", self._resume(person))

    def add(self, person: dict[str, Any], kind: str, name: str, text: str) -> None:
        """Add a post of one of the people."""
        day = datetime(2025, 1 + self._chance.randrange(5), 1 + self._chance.randrange(28), tzinfo=UTC)
        author = person["user_id"]
        self.posts.append(
            {"post_id": f"{author}-{name}", "author_id": author, "created_at": day, "kind": kind, "text": text}
            | {"language": "en"}
        )

    def network(self) -> Network:
        """Return the tables. The first member opted out."""
        signals = [
            {"subject_id": each["user_id"], "signal": "profile", "value": "US", "valid_from": JOINED}
            for each in self.people
        ]
        day = datetime(2025, 6, 29, tzinfo=UTC)
        said_no = {"event_id": "e1", "subject_id": self.people[0]["user_id"], "action": "opt_out"}
        objection = {"objection_id": "o1", "name": "Zoltan Example", "received_at": JOINED}
        return Network(
            self.posts, self.people, [said_no | {"event_time": day, "received_at": day}], signals, [objection]
        )

    def _name(self) -> str:
        return f"{self._chance.choice(_STARTS)}{self._chance.choice('aeio')}{self._chance.choice(_ENDS)}"

    def _person(self, number: int) -> dict[str, Any]:
        given, family = self._chance.choice(_GIVEN), self._name()
        user, chance = f"town{number:05}", self._chance
        jobs = []
        for place in range(chance.choice((1, 2, 2, 3))):
            begin = date(2021 - 5 * place - chance.randrange(4), 1 + chance.randrange(12), 1)
            jobs.append({"title": chance.choice(_TITLES), "company": self._firms(), "start": begin})
            jobs[-1]["location"] = chance.choice(_PLACES)
        story = f"{chance.choice(_DOINGS)} a {chance.choice(_STUFF)} with a {chance.choice(_STUFF)}"
        return {
            "user_id": user,
            "full_name": f"{given} {family}",
            "given_name": given,
            "family_name": family,
            "handle": f"{given[0]}{family}{number}".lower(),
            "emails": [f"{given}.{family}{number}@example.net".lower()],
            "phones": [f"+1 202 555 {number % 10000:04}"],
            "birth_date": date(1980, 2, 3),
            "account_status": "active",
            "headline": f"{jobs[0]['title']}, usually {chance.choice(_FEELINGS)}",
            "about": f"Once {story}. Keeper of the {chance.choice(_STUFF)} and of {chance.choice(_STUFF)} lore.",
            "experience": jobs,
            "education": [{"school": chance.choice(self._schools), "degree": "Diploma", "field": "Hydraulics"}],
            "languages": ["en"],
            "updated_at": datetime(2025, 1, 15, tzinfo=UTC),
        }

    def _text(self, person: dict[str, Any], kind: str) -> str:
        chance, job = self._chance, person["experience"][0]
        first = job["company"].split()[0]
        squeezed = "".join(filter(str.isalpha, job["company"]))
        values = {
            "a": chance.choice(_STUFF),
            "b": chance.choice(_STUFF),
            "done": chance.choice(_DOINGS),
            "mood": chance.choice(_FEELINGS),
            "firm": job["company"],
            "tag": chance.choice((f"#{squeezed}", f"@{squeezed.lower()}")),
            "short": first,
            "domain": f"{squeezed.lower()}.example.com",
            "title": job["title"],
            "town": job["location"],
            "school": person["education"][0]["school"],
            "given": person["given_name"],
            "name": person["full_name"],
            "phone": person["phones"][0],
            "mail": person["emails"][0],
            "colleague": f"{chance.choice(_GIVEN)} {self._name()}",
        }
        if kind == "comment":
            return self._in_habit(person, chance.choice(_REPLIES).format(**values))
        own = [line for line, share in _OF_ONES_OWN if chance.random() < share]
        return self._in_habit(person, " ".join([chance.choice(_POSTS), *own]).format(**values))

    def _in_habit(self, person: dict[str, Any], text: str) -> str:
        """Write a text as its author does: the opening, the closing, the case and the signs."""
        habit = random.Random(self._habits[person["user_id"]])
        text = habit.choice(_OPENERS) + text + habit.choice(_CLOSERS)
        for old, new in ((".", "!"), (", ", " - "), (". ", ".\n"), (" and ", " & ")):
            if habit.random() < 0.2:
                text = text.replace(old, new)
        return text

    def _resume(self, person: dict[str, Any]) -> str:
        jobs = "\n".join(f"{job['title']}, {job['company']}, {job['start'].year}" for job in person["experience"])
        head = f"{person['full_name']}\n{person['emails'][0]}"
        return f"{head}\n\nWork\n{jobs}\n\nDiploma, {person['education'][0]['school']}"
