"""Names of many cultures: Faker's lists for what it knows, lists of our own for romanised names."""

from __future__ import annotations

import random
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from faker import Faker

FAKER_CULTURES = (
    "en_US", "en_GB", "en_IN", "en_KE", "de_DE", "fr_FR", "es_ES", "es_MX", "pt_BR", "it_IT", "nl_NL", "sv_SE",
    "no_NO", "da_DK", "fi_FI", "pl_PL", "cs_CZ", "hu_HU", "ro_RO", "tr_TR", "hr_HR", "id_ID", "vi_VN", "yo_NG",
    "ig_NG", "ha_NG", "tw_GH", "zu_ZA", "lt_LT", "lv_LV", "is_IS", "ga_IE", "sw", "az_AZ", "uz_UZ",
)  # fmt: skip
NATIVE_CULTURES = ("zh_CN", "ja_JP", "ko_KR", "hi_IN", "ar_SA", "ru_RU", "uk_UA", "el_GR", "he_IL", "ka_GE", "th_TH")
UNSPACED = frozenset({"zh_CN", "ja_JP", "ko_KR"})
NICKNAMES = {
    "William": "Bill", "Robert": "Bob", "Elizabeth": "Liz", "Katherine": "Kate", "Michael": "Mike",
    "Jennifer": "Jen", "Christopher": "Chris", "Alexander": "Alex", "Samantha": "Sam", "Daniel": "Dan",
    "Nicholas": "Nick", "Benjamin": "Ben", "Joseph": "Joe", "Rebecca": "Becky", "Victoria": "Vicky",
    "Oleksandr": "Sasha", "Siddharth": "Sid", "Kavitha": "Kavi", "Matthew": "Matt", "Jessica": "Jess",
    "Patricia": "Pat", "Thomas": "Tom", "Anthony": "Tony", "Timothy": "Tim", "Stephanie": "Steph",
    "Joshua": "Josh", "Andrew": "Andy", "Jonathan": "Jon", "Amanda": "Mandy", "Susan": "Sue",
    "Edward": "Ted", "Margaret": "Peggy", "Ekaterina": "Katya", "Guadalupe": "Lupita", "Francisco": "Paco",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Name:
    """A personal name as a profile would show it."""

    given: str
    family: str
    full: str
    culture: str


@dataclass(frozen=True, slots=True)
class NameList:
    """Given and family names of one culture."""

    given: tuple[str, ...]
    family: tuple[str, ...]


def _clean(names: list[str]) -> tuple[str, ...]:
    usable = {n.strip() for n in names if len(n.strip()) > 1 and not re.search(r"[;.\u00ad]", n)}
    return tuple(sorted(usable)) or tuple(sorted(set(names)))


def _faker_list(culture: str, seed: int, size: int) -> NameList:
    fake = Faker(culture)
    fake.seed_instance(f"{culture}-{seed}")
    given = [str(fake.first_name()) for _ in range(size)]
    family = [str(fake.last_name()) for _ in range(size)]
    return NameList(_clean(given), _clean(family))


def read_roman(path: Path) -> dict[str, NameList]:
    """Read the lists of our own: ``culture|given;…|family;…``."""
    lists: dict[str, NameList] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("//"):
            culture, given, family = line.split("|")
            lists[culture] = NameList(tuple(given.split(";")), tuple(family.split(";")))
    return lists


def load_names(folder: Path, seed: int) -> dict[str, NameList]:
    """Return the name lists by culture, the same for the same seed."""
    lists = read_roman(folder / "roman_names.txt")
    for culture in FAKER_CULTURES:
        lists[culture] = _faker_list(culture, seed, 90)
    for culture in NATIVE_CULTURES:
        lists[culture] = _faker_list(culture, seed, 40)
    return lists


def draw_name(rng: random.Random, lists: dict[str, NameList], culture: str) -> Name:
    """Draw a name; now and then with a middle initial, a double family name or a hyphen."""
    names = lists[culture]
    given, family = rng.choice(names.given), rng.choice(names.family)
    dice = rng.random()
    if culture in UNSPACED:
        return Name(given, family, family + given, culture)
    if culture in {"es_ES", "es_MX", "pt_BR"} and dice < 0.3:
        family = f"{family} {rng.choice(names.family)}"
    elif culture in {"en_US", "en_GB", "fr_FR"} and dice < 0.06:
        family = f"{family}-{rng.choice(names.family)}"
    middle = f" {rng.choice('ABCDEJKLMRST')}." if culture in {"en_US", "en_KE", "yo_NG"} and dice > 0.9 else ""
    return Name(given, family, f"{given}{middle} {family}", culture)


def fold(text: str) -> str:
    """Return the text without diacritics, as people type it on a foreign keyboard."""
    table = {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ß": "ss", "đ": "d", "Đ": "D", "ı": "i", "ə": "e", "Ə": "E"}
    text = "".join(table.get(c, c) for c in text)
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def slug(text: str) -> str:
    """Return the ASCII letters and digits of a text in lower case, or nothing for another script."""
    return re.sub(r"[^a-z0-9]", "", fold(text).lower())
