"""The committed network: its columns, sizes and truth, judged without the code that decides."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import phonenumbers
import polars as pl
import pytest

from redaction.tables.schemas import OBJECTIONS, POSTS, PROFILES, REGION_SIGNALS, RIGHTS_EVENTS

ROOT = Path(__file__).parents[2] / "data" / "samples"
TRUTH = ROOT / "truth"
AS_OF = datetime(2025, 6, 30, tzinfo=UTC)
ENTITY_TYPES = {
    "PERSON", "LOCATION", "ORGANIZATION", "HANDLE", "EMAIL_ADDRESS", "PHONE_NUMBER", "URL", "PROFILE_URL",
    "IP_ADDRESS", "MAC_ADDRESS", "IMEI", "CREDIT_CARD", "IBAN_CODE", "CRYPTO", "DATE_OF_BIRTH", "AGE",
    "DATE_TIME", "STREET_ADDRESS", "POSTCODE", "COORDINATES", "LICENSE_PLATE", "NATIONAL_ID", "PASSPORT",
    "EMPLOYEE_ID", "STUDENT_ID", "SECRET", "NRP",
}  # fmt: skip
DROP_REASONS = {
    "created_after_as_of", "kind_denied", "kind_unknown", "context_excluded", "subject_unknown", "erased",
    "deceased", "account_closed", "account_hibernated", "account_status_unknown", "age_unknown", "under_age",
    "objected", "opted_out", "consent_withdrawn",  "ledger_unreadable", "region_exempt",
    "region_ambiguous", "region_unknown", "parent_missing", "parent_protected", "near_duplicate",
}  # fmt: skip
QUARANTINE_REASONS = {"missing_author", "missing_text", "blank_text", "missing_time", "duplicate_id"}
OWN_REASONS = DROP_REASONS - {"parent_missing", "parent_protected", "near_duplicate"}


@pytest.fixture(scope="module")
def posts() -> pl.DataFrame:
    return pl.read_parquet(ROOT / "posts" / "*.parquet")


@pytest.fixture(scope="module")
def profiles() -> pl.DataFrame:
    return pl.read_parquet(ROOT / "profiles.parquet")


@pytest.fixture(scope="module")
def decisions() -> pl.DataFrame:
    return pl.read_parquet(TRUTH / "decisions.parquet")


@pytest.fixture(scope="module")
def spans() -> pl.DataFrame:
    """One row per span, with its text and the value that it covers."""
    first = pl.read_parquet(ROOT / "posts" / "*.parquet").unique("post_id", keep="first", maintain_order=True)
    texts = pl.concat(
        [
            first.select(source=pl.lit("posts"), source_id="post_id", field=pl.lit("text"), value="text"),
            first.select(source=pl.lit("posts"), source_id="post_id", field=pl.lit("title"), value="title"),
            _profile_fields(pl.read_parquet(ROOT / "profiles.parquet")),
        ]
    )
    truth = pl.read_parquet(TRUTH / "spans.parquet").join(texts, on=["source", "source_id", "field"], how="left")
    assert truth["value"].null_count() == 0
    flat = truth.explode("spans").drop_nulls("spans").unnest("spans")
    return flat.with_columns(covered=pl.col("value").str.slice(pl.col("start"), pl.col("end") - pl.col("start")))


def _profile_fields(profiles: pl.DataFrame) -> pl.DataFrame:
    frames = [
        profiles.select(source=pl.lit("profiles"), source_id="user_id", field=pl.lit(name), value=name)
        for name in ("headline", "about")
    ]
    for column in ("experience", "education"):
        for index in range(4):
            value = pl.col(column).list.get(index, null_on_oob=True).struct.field("description")
            name = pl.lit(f"{column}[{index}].description")
            frames.append(profiles.select(source=pl.lit("profiles"), source_id="user_id", field=name, value=value))
    return pl.concat(frames)


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("posts/*.parquet", POSTS),
        ("profiles.parquet", PROFILES),
        ("rights_events.parquet", RIGHTS_EVENTS),
        ("region_signals.parquet", REGION_SIGNALS),
        ("objections.parquet", OBJECTIONS),
    ],
)
def test_columns_are_canonical(path: str, schema: pl.Schema) -> None:
    written = pl.scan_parquet(ROOT / path).collect_schema()
    assert {name: schema[name] for name in written} == dict(written)


def test_sizes(posts: pl.DataFrame, profiles: pl.DataFrame) -> None:
    files = [p for p in ROOT.rglob("*") if p.is_file() and "generate" not in p.relative_to(ROOT).parts]
    assert sum(p.stat().st_size for p in files) < 5_000_000
    assert profiles.height >= 2000
    assert posts["text"].drop_nulls().len() >= 12_000
    assert len(list((ROOT / "posts").glob("*.parquet"))) in {2, 3}


def test_posts_are_ordered_by_time_and_span_the_period(posts: pl.DataFrame) -> None:
    times = posts["created_at"].drop_nulls()
    assert times.is_sorted()
    assert (times <= AS_OF).sum() > 0.99 * times.len()
    assert (times > AS_OF).sum() >= 6
    assert times.min() < datetime(2024, 1, 3, tzinfo=UTC)  # type: ignore[operator]


def test_every_row_has_one_right_decision(posts: pl.DataFrame, profiles: pl.DataFrame, decisions: pl.DataFrame) -> None:
    with_id = posts.drop_nulls("post_id")
    assert decisions.filter(source="posts")["source_id"].sort().equals(with_id["post_id"].sort(), check_names=False)
    assert set(decisions.filter(source="profiles")["source_id"]) == set(profiles["user_id"])
    counts = json.loads((TRUTH / "counts.json").read_text())
    assert posts["post_id"].null_count() == counts["missing_id"] > 0
    assert sum(counts["decisions"].values()) + counts["missing_id"] == posts.height + profiles.height
    twice = with_id.filter(pl.col("post_id").is_duplicated())["post_id"].n_unique()
    assert twice == decisions.filter(reason="duplicate_id").height


def test_every_reason_occurs_and_most_records_are_kept(decisions: pl.DataFrame) -> None:
    by_decision = {key[0]: set(part["reason"]) for key, part in decisions.group_by("decision")}
    assert by_decision == {"keep": {"eligible"}, "drop": DROP_REASONS, "quarantine": QUARANTINE_REASONS}
    share = {key[0]: part.height / decisions.height for key, part in decisions.group_by("decision")}
    assert 0.58 <= share["keep"] <= 0.66
    assert 0.003 <= share["quarantine"] <= 0.008


def test_denied_kinds_carry_a_canary_that_no_other_text_has(posts: pl.DataFrame, decisions: pl.DataFrame) -> None:
    prefix = json.loads((TRUTH / "counts.json").read_text())["denied_canary"]
    folded = posts.with_columns(canary=pl.col("text").str.to_uppercase().str.contains(prefix, literal=True))
    denied = folded.filter(pl.col("kind").is_in(["message", "group_message"]))
    assert denied.height > 500
    assert denied["canary"].all()
    reasons = decisions.join(denied, left_on="source_id", right_on="post_id")["reason"].unique()
    assert set(reasons) <= {"kind_denied", "created_after_as_of"}
    kept = folded.join(decisions.filter(decision="keep"), left_on="post_id", right_on="source_id")
    assert not kept["canary"].any()


def test_spans_cover_the_values_of_their_type(spans: pl.DataFrame) -> None:
    assert set(spans["entity_type"]) <= ENTITY_TYPES
    assert len(set(spans["entity_type"])) >= 22
    lengths = spans.select(pl.col("value").str.len_chars()).to_series()
    assert ((spans["start"] >= 0) & (spans["start"] < spans["end"]) & (spans["end"] <= lengths)).all()
    assert (spans["covered"].str.strip_chars() != "").all()
    patterns = {
        "IP_ADDRESS": r"^(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+$|^(?i)2001:db8::[0-9a-f]+$",
        "PROFILE_URL": r"^(https://)?(harbour\.example/in/|meet\.example/)",
        "URL": r"(?i)example",
        "IBAN_CODE": r"^[A-Z]{2}\d{2}[A-Z0-9 ]+$",
        "CREDIT_CARD": r"^[\d -]{15,19}$",
        "AGE": r"^\d{1,2}$",
    }
    for entity, pattern in patterns.items():
        covered = spans.filter(entity_type=entity)["covered"]
        assert covered.len() > 10, entity
        assert covered.str.contains(pattern).all(), entity


def test_spans_of_a_field_do_not_overlap(spans: pl.DataFrame) -> None:
    key = ["source", "source_id", "field"]
    ordered = spans.sort([*key, "start"]).with_columns(before=pl.col("end").shift(1).over(key))
    assert ordered.filter(pl.col("start") < pl.col("before")).height == 0


def test_known_spans_are_values_of_the_authors_profile(
    spans: pl.DataFrame, posts: pl.DataFrame, profiles: pl.DataFrame
) -> None:
    authors = posts.unique("post_id", keep="first").select(source_id="post_id", user_id="author_id")
    known = spans.filter(pl.col("known") & (pl.col("source") == "posts")).join(authors, on="source_id")
    known = known.join(profiles, on="user_id")
    assert known.height > 2000
    phones = [(r["covered"], r["phones"]) for r in known.filter(entity_type="PHONE_NUMBER").iter_rows(named=True)]
    assert len(phones) > 100
    assert all(_digits(text)[-4:] == _digits(own[0])[-4:] for text, own in phones)
    handles = known.filter(entity_type="HANDLE")
    said = (
        handles["covered"]
        .str.to_lowercase()
        .str.replace(r"^(@|#|u/)", "")
        .str.replace("@social.example", "", literal=True)
    )
    assert (said == handles["handle"].str.to_lowercase()).all()


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def test_international_phones_are_valid_numbers(profiles: pl.DataFrame) -> None:
    numbers = profiles["phones"].explode().drop_nulls()
    assert numbers.len() >= 2000
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(n)) for n in numbers)


def test_mail_and_links_use_reserved_domains(posts: pl.DataFrame, profiles: pl.DataFrame) -> None:
    text = " ".join(posts["text"].drop_nulls()).lower()
    hosts = set(re.findall(r"(?:@|https?://)([a-z0-9.-]+\.[a-z]+)\b", text))
    reserved = re.compile(r"(^|\.)(example\.(com|net|org)|example|test|invalid)$")
    assert hosts
    assert {h for h in hosts if not reserved.search(h) and "://" + h in text} == set()
    emails = profiles["emails"].explode().drop_nulls().str.split("@").list.last()
    assert all(reserved.search(host) for host in emails)
    assert "linkedin" not in text


def test_near_duplicates_are_clear_copies_of_protected_texts(posts: pl.DataFrame, decisions: pl.DataFrame) -> None:
    copies = pl.read_parquet(TRUTH / "near_duplicates.parquet")
    assert set(copies["copy_id"]) == set(decisions.filter(reason="near_duplicate")["source_id"])
    first = posts.unique("post_id", keep="first")
    text = dict(first.select("post_id", "text").iter_rows())
    author = dict(first.select("post_id", "author_id").iter_rows())
    reason = dict(decisions.filter(decision="drop").select("source_id", "reason").iter_rows())
    for copy_id, original_id in copies.iter_rows():
        assert _alike(text[copy_id], text[original_id]) > 0.7
        assert author[copy_id] != author[original_id]
        assert reason[original_id] in OWN_REASONS


def test_no_kept_text_is_a_copy_of_a_protected_one_by_accident(posts: pl.DataFrame, decisions: pl.DataFrame) -> None:
    """Texts of eight words and more; shorter ones ("Great post, thanks") belong to nobody."""
    first = posts.unique("post_id", keep="first").drop_nulls("text")
    judged = first.join(decisions, left_on="post_id", right_on="source_id").filter(pl.col("reason") != "duplicate_id")
    protected = judged.filter(pl.col("reason").is_in(OWN_REASONS))
    index: dict[tuple[str, ...], list[int]] = {}
    shingles = [_shingles(t) for t in protected["text"]]
    for number, grams in enumerate(shingles):
        for gram in grams:
            index.setdefault(gram, []).append(number)
    worst: list[float] = []
    for text in judged.filter(decision="keep")["text"]:
        own = _shingles(text)
        if len(own) < 6:
            continue
        shared: dict[int, int] = {}
        for gram in own:
            for number in index.get(gram, ()):
                shared[number] = shared.get(number, 0) + 1
        scores = (count / len(own | shingles[n]) for n, count in shared.items() if len(shingles[n]) >= 6)
        worst.append(max(scores, default=0.0))
    assert len(worst) > 4000
    assert max(worst) < 0.55


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[i : i + 3]) for i in range(len(words) - 2)}


def _alike(one: str, other: str) -> float:
    first, second = _shingles(one), _shingles(other)
    return len(first & second) / len(first | second)


def test_chains_point_to_earlier_rows_or_to_nothing_where_the_truth_says_so(
    posts: pl.DataFrame, decisions: pl.DataFrame
) -> None:
    taken = decisions.filter(pl.col("decision") != "quarantine")["source_id"]
    links = posts.unpivot(["in_reply_to", "repost_of", "quote_of"], index=["post_id"], value_name="above").drop_nulls()
    dangling = links.filter(~pl.col("above").is_in(taken.implode()))
    reasons = decisions.filter(pl.col("source_id").is_in(dangling["post_id"].implode()))
    assert reasons.height > 20
    assert "eligible" not in set(reasons["reason"])
    kept = decisions.filter(decision="keep")["source_id"]
    above_kept = links.filter(pl.col("post_id").is_in(kept.implode()))["above"]
    assert above_kept.is_in(kept.implode()).all()


def test_mentions_of_protected_members_occur_in_kept_texts(
    posts: pl.DataFrame, profiles: pl.DataFrame, decisions: pl.DataFrame
) -> None:
    kept = posts.join(decisions.filter(decision="keep"), left_on="post_id", right_on="source_id")
    mentions = kept.select("post_id", "text", "mentions").explode("mentions").drop_nulls()
    gone = decisions.filter(source="profiles", decision="drop")["source_id"]
    assert mentions.filter(pl.col("mentions").is_in(gone.implode())).height > 50
    assert mentions["mentions"].is_in(profiles["user_id"].implode()).all()


def test_languages_and_obfuscation_occur(posts: pl.DataFrame) -> None:
    share = posts["language"].str.slice(0, 2).value_counts(normalize=True).drop_nulls()
    english = share.filter(language="en")["proportion"].item()
    assert 0.75 < english < 0.9
    assert {"de", "fr", "es", "hi"} <= set(share["language"])
    assert posts["language"].null_count() > 100
    text = "\n".join(posts["text"].drop_nulls())
    marks: list[Any] = [
        " at example dot com",
        "(at)",
        " @ ",
        "&#64;",
        "＠",
        "\u200b@",
        "&#39;",
        "RFC ",
        "🎉",
        "telegram @",
    ]
    assert [m for m in marks if m not in text] == []
