"""The dataset card: README.md of a release, with the header that Hugging Face reads and the measured figures."""

import re
from collections.abc import Sequence
from typing import Final

import yaml

from redaction.errors import one_line
from redaction.release.build_facts import BuildFacts
from redaction.release.files.corpus_schema import CORPUS_COLUMNS, CORPUS_SCHEMA, DATA, SUMS
from redaction.release.report import described, linkage
from redaction.release.report.facts import RunFacts
from redaction.release.settings import CardSettings
from redaction.release.statistics import SHORT, ReleaseStatistics
from redaction.release.superseded import SUPERSEDED

_SIZES: Final = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
    (100_000_000, "10M<n<100M"),
    (1_000_000_000, "100M<n<1B"),
)
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_OTHER_LINK: Final = re.compile(r"\]\((?!https?://|mailto:|#)", re.IGNORECASE)
_QUOTED: Final = re.compile(r"^Examples:\n\n((?:>.*\n|\n)+)", re.MULTILINE)
_LIMITS: Final = """\
- Redaction is measured, not perfect. Some personal data remains in the text, since no detector finds all of it.
  What the audit measured is listed under `gates` in `manifest.json`.
- Ids are keyed: without the key they cannot be traced to a member, nor matched with those of another
  release. The texts themselves can still be recognized by someone who has seen them elsewhere. Treat the
  corpus as personal data.
- Rights were decided as of the instant above. Later decisions are applied in a later version. A new MAJOR version
  lacks records of the one before: a takedown removed them, they may no longer be used, or they were deleted. A new
  MINOR version adds records, or redacts them in another way; only what its detector or audit finds unfit may be
  missing. Use the newest version, and drop records that it no longer has.
- A removal does not change a model that was trained on an earlier version.
- Placeholders number the people of one record only: `[PERSON_1]` is another person in the next record."""


_USE: Final = f"""\
`sha256sum -c {SUMS}` in this folder checks every file. A takedown that replaces this version puts
`{SUPERSEDED}` beside this card, so look for it whenever you load the rows:

```python
import json
from pathlib import Path

import polars

folder = Path("path/to/this/folder")
mark = folder / "{SUPERSEDED}"
if mark.exists():
    raise SystemExit(f"a takedown replaced this: use version {{json.loads(mark.read_text())['replacement']}}")
rows = polars.read_parquet(folder / "{DATA}/*.parquet")
```

`pandas.read_parquet(folder / "{DATA}")` and `datasets.load_dataset(str(folder), split="train")` read the same rows."""

_WITHHELD_NOTE: Final = """

A count below {smallest} is withheld together with others, so that no small group can be recognized: the row `withheld`
lists the reasons, and only their sum is published. Where the sum would be too small, it is withheld too."""


def render_card(facts: BuildFacts, figures: ReleaseStatistics, settings: CardSettings, run: RunFacts) -> str:
    """Render the card of a release: Markdown with a YAML header. The same build gives the same card."""
    title = _inert(settings.title or facts.corpus)
    sections = [
        f"# {title}, version {facts.version}",
        "\n".join(map(_with_web_links, settings.description.strip().splitlines())),
        f"Texts of a professional network, filtered by the rights of their authors under the policy "
        f"`{facts.policy}`, as of {facts.as_of:%Y-%m-%dT%H:%M:%S}Z, with personal data redacted.",
        "## How to use it",
        _USE,
        "## What is in it",
        _contents(figures, settings.smallest_count),
        described.canaries(facts.canaries),
        _examples(figures),
        "## How records were counted",
        _source_counts(facts.withhold_small_counts(settings.smallest_count), settings.smallest_count),
        "## Columns",
        _table(
            ("column", "type", "meaning"),
            [(f"`{f.name}`", f"`{f.type}`", CORPUS_COLUMNS[f.name]) for f in CORPUS_SCHEMA],
        ),
        "## What was redacted",
        _count_table("type", figures.entities, settings.smallest_count) or "No span was replaced.",
        described.utility(figures, settings.smallest_count),
        "## Measured quality",
        _quality(run),
        "## Can records be traced to their authors?",
        _linkage(run),
        "## Limits",
        _LIMITS,
        "## Citation",
        _citation(facts, settings),
        "## Evidence",
        "`manifest.json` contains the SHA-256 of every file, the digests of policy, ledger, inputs, model and "
        "code, and the result of each gate of the audit. `discreet verify` checks it offline.",
        f"Objections and questions: {_inert(settings.contact)}" if settings.contact else "",
    ]
    return _yaml_header(facts, figures, settings) + "\n\n".join(section for section in sections if section) + "\n"


def _citation(facts: BuildFacts, settings: CardSettings) -> str:
    """Say how to cite the corpus, as a block that nothing in it can leave."""
    return "\n".join(f"    {_inert(line)}" for line in described.citation(facts, settings).splitlines())


def _inert(text: str) -> str:
    """Write a text from outside so that nothing in it acts: no markup of HTML, no link, image, code or control."""
    return _visible(text).replace("](", "]\\(").replace("][", "]\\[").replace("`", "\\`")


def _with_web_links(line: str) -> str:
    """Write a line of the operator's own Markdown without HTML and controls; its links lead to the web or to mail."""
    return _OTHER_LINK.sub(r"]\\(", _visible(line))


def _visible(text: str) -> str:
    return one_line(text).replace("<", "&lt;")


def _yaml_header(facts: BuildFacts, figures: ReleaseStatistics, settings: CardSettings) -> str:
    languages = sorted({found[0] for code in figures.languages if (found := _LANGUAGE.match(code.lower()))})
    header = {
        "pretty_name": settings.title or facts.corpus,
        "license": settings.license,
        "language": languages,
        "size_categories": [_size(figures.rows)],
        "task_categories": ["text-generation"],
        "tags": ["redacted", "discreet"],
        "version": facts.version,
        "configs": [
            {"config_name": "default", "data_files": [{"split": "train", "path": f"{DATA}/*.parquet"}]},
        ],
    }
    return f"---\n{yaml.safe_dump(header, sort_keys=False, allow_unicode=True)}---\n\n"


def _examples(figures: ReleaseStatistics) -> str:
    quoted = ["\n".join(f"> {_inert(line)}" for line in each.text.splitlines()) for each in figures.examples]
    return "\n\n".join(["Examples:", *quoted]) if quoted else ""


def quoted_examples(card: str) -> tuple[str, ...]:
    """Read the example rows back from a card."""
    found = _QUOTED.search(card)
    blocks = found[1].strip().split("\n\n") if found else []
    return tuple("\n".join(_plain(line.removeprefix("> ")) for line in block.splitlines()) for block in blocks)


def _plain(line: str) -> str:
    """Undo `_inert`, but for the controls that it made visible."""
    return line.replace("\\`", "`").replace("]\\[", "][").replace("]\\(", "](").replace("&lt;", "<")


def _quality(run: RunFacts) -> str:
    """State the leak of each entity type, with its 95 % interval, for each labeled set."""
    if not run.quality:
        return "Not measured in this release."
    parts = []
    for each in run.quality:
        made_up = ", all made up: real posts are harder, so expect more to leak there" if each.made_up else ""
        parts.append(
            f"`{each.labeled_set}`: {each.texts} labeled texts{made_up}. Replaced without need: "
            f"{each.over:.2%} of the other characters ({each.over_low:.2%} to {each.over_high:.2%})."
        )
        rows = [(f"`{t.entity_type}`", str(t.labeled), f"{t.leak:.2%}", described.interval(t)) for t in each.types]
        parts.append(_table(("type", "labeled", "characters that stayed readable", "95 % interval"), rows))
    return "\n\n".join(parts)


def _linkage(run: RunFacts) -> str:
    """State what the linkage attack tried and found."""
    figures = [(f"`{name}`" if " " not in name else name, *rest) for name, *rest in linkage.rows(run.linkage)]
    parts = [*linkage.sentences(run.linkage), _table(linkage.HEADER, figures) if figures else ""]
    leaks = linkage.leak_rows(run.subjects, run.rounded_to)
    if leaks:
        parts += [
            "Names, handles, addresses and links of people whom the inputs name:",
            _table(linkage.LEAK_HEADER, leaks),
        ]
    return "\n\n".join(part for part in parts if part)


def _contents(figures: ReleaseStatistics, smallest: int) -> str:
    months = f", {figures.first_month} to {figures.last_month}" if figures.first_month else ""
    records = sum(figures.records.values())
    lines = [
        f"{figures.rows:,} texts of {records:,} records, {figures.characters:,} characters{months}. "
        f"{figures.repeated:,} texts repeat an earlier one, {figures.short:,} have fewer than {SHORT} characters.",
        _count_table("field", figures.fields, smallest),
        _count_table("kind", figures.kinds, smallest),
        _count_table("language", figures.languages, smallest),
    ]
    return "\n\n".join(line for line in lines if line)


def _source_counts(facts: BuildFacts, smallest: int) -> str:
    rows = []
    for source, counts in sorted(facts.sources.items()):
        rows.append((source, "input", "", "withheld" if counts.input is None else str(counts.input)))
        rows.append((source, "kept", "", str(counts.kept)))
        for outcome, reasons in (("dropped", counts.dropped), ("quarantined", counts.quarantined)):
            rows += [(source, outcome, f"`{reason}`", str(n)) for reason, n in reasons.items()]
        if counts.withheld:
            rows.append((source, "withheld", ", ".join(f"`{reason}`" for reason in counts.withheld), ""))
    return _table(("source", "outcome", "reason", "records"), rows) + _WITHHELD_NOTE.format(smallest=smallest)


def _count_table(name: str, counts: dict[str, int], smallest: int) -> str:
    return _table((name, "count"), [(f"`{key}`", _shown(n, smallest)) for key, n in counts.items()]) if counts else ""


def _shown(count: int, smallest: int) -> str:
    return str(count) if count >= smallest else f"fewer than {smallest}"


def _table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _size(rows: int) -> str:
    return next((name for limit, name in _SIZES if rows < limit), "n>1B")
