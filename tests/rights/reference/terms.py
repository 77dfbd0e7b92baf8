"""Words and terms in contexts and names of schools."""

import re
import unicodedata
from pathlib import Path

GROUNDS = Path(__file__).parents[3] / "redaction/rights/grounds"
CONTEXT_WORDS, SCHOOL_WORDS = GROUNDS / "context_words.txt", GROUNDS / "school_words.txt"


def plain(text: str) -> str:
    """The words, without case, width, format characters, accents, punctuation and repeated white space."""
    visible = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    bare = "".join(c for c in unicodedata.normalize("NFKD", visible.casefold()) if not "\u0300" <= c <= "\u036f")
    return " ".join(re.split(r"[\W_]+", unicodedata.normalize("NFC", bare))).strip()


def has_term(text: str, term: str) -> bool:
    """Test for a term: a long one anywhere, a short one or one after `=` as a whole word or its plural."""
    name, words = plain(term.lstrip("=")), f" {plain(text)} "
    names = (name, name.replace(" ", ""))
    if term.startswith("=") or (len(name) < 5 and name.isascii()):
        return any(f" {each}{plural} " in words for each in names for plural in ("", "s", "es"))
    return any(each in words for each in names)


def words_by_category(path: Path) -> dict[str, list[str]]:
    lists: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            name, words = line.split(": ")
            lists.setdefault(name, []).extend(words.split(", "))
    return lists


def is_school(name: str, words: list[str]) -> bool:
    """Test for a school for minors: a policy's word, one of the shipped list, or `High` or `HS` at the end."""
    lists = words_by_category(SCHOOL_WORDS)
    listed = lists["secondary school"] if "secondary school" in words else []
    rest = f" {plain(name)} "
    for harmless in lists["harmless"]:
        rest = rest.replace(f" {plain(harmless)} ", " ")
    short = rest.rstrip().endswith((" high", " hs", " h s")) and "high school" in words
    return short or any(has_term(rest, term) for term in (*words, *listed))


def excluded(context: str | None, categories: list[str]) -> bool:
    """Test for a category, or one of its words: health, healthforum, Gesundheit, unions; but not healthy or reunion."""
    if context is None:
        return False
    lists = words_by_category(CONTEXT_WORDS)
    rest = " ".join(word for word in plain(context).split() if word not in lists["harmless"])
    terms = [term for category in categories for term in (f"={category}", *lists.get(category, [category]))]
    return any(has_term(rest, term) for term in terms)
