"""Settle what the values of the files mean: the order of their dates, and words that are not in the vocabulary.

Nothing is assumed that could let a record be kept: a word that may permit something is asked for, or left as it is,
and an unknown word protects.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.cli.init.questions import Questions
from pipelines.cli.terminal import say, visible
from redaction.config import ConfigError
from redaction.operations.proposal.examine import FoundWord, examine_values
from redaction.operations.proposal.propose import TableProposal
from redaction.rights import Policy
from redaction.tables import TABLES, TableName
from redaction.tables.settings import DateOrder
from redaction.tables.values.canonical import word_form


@dataclass(frozen=True, slots=True)
class Answers:
    """What the options say.

    Attributes:
        dates: The order of dates where the files do not show it.
        words: TABLE.COLUMN.WORD=WORD.
        quiet: Whether to say nothing of words.
    """

    dates: DateOrder | None
    words: tuple[str, ...]
    quiet: bool


def settle_values(
    tables: Mapping[TableName, TableProposal], root: Path, ask: Questions, answers: Answers, policy: Policy
) -> None:
    """Complete the mapping of each table by the values in its files.

    Args:
        tables: The tables, with their columns.
        root: Where relative paths start.
        ask: Asks on a terminal.
        answers: What the options say.
        policy: Says which kinds of content are allowed.

    Raises:
        ConfigError: The order of dates is not known, or an option names no column of words.
        TablesError: A file cannot be read.
    """
    given = [_given(entry, tables) for entry in answers.words]
    denied = frozenset(TABLES[TableName.posts].columns["kind"].words) - frozenset(policy.categories_allowed)
    for name, table in tables.items():
        examined = examine_values(table, root, denied)
        settled = dict[str, DateOrder]()
        for column, orders in examined.orders.items():
            source = table.columns[column].column[0]
            settled[source] = settled.get(source) or _order(f"{name}.{column}", orders, ask, answers.dates)
            table.set_order(column, settled[source])
        for column in () if answers.quiet else examined.too_many:
            say(f"{name}.{column}: has very many words that are not in its vocabulary; is it the right column?")
        for column, meant in ((c, (w, m)) for n, c, w, m in given if n == name):
            table.set_word(column, *meant)
        for column, found in examined.words.items():
            chosen = {word_form(word) for n, c, word, _ in given if (n, c) == (name, column)}
            listed = policy.categories_allowed + policy.categories_denied if column == "kind" else ()
            left = [each for each in found if word_form(each.word) not in chosen and each.word not in listed]
            _settle_words(table, column, left, ask, quiet=answers.quiet)


def _given(entry: str, tables: Mapping[TableName, TableProposal]) -> tuple[TableName, str, str, str]:
    target, _, meant = entry.rpartition("=")
    table, _, rest = target.partition(".")
    column, _, word = rest.partition(".")
    if table not in tables or not word or not meant:
        raise ConfigError(f"--word {entry}: not TABLE.COLUMN.WORD=WORD; the tables are {', '.join(tables)}")
    return TableName(table), column, word, meant


def _order(name: str, orders: frozenset[DateOrder], ask: Questions, given: DateOrder | None) -> DateOrder:
    """Return the order of a column's dates: the only one that fits, or the one that is given or chosen."""
    if not orders:
        raise ConfigError(
            f"{name}: its dates are in no single order of day, month and year, with years of four digits; convert them "
            "to ISO 8601, as in 2025-12-31"
        )
    if len(orders) == 1:
        return next(iter(orders))
    if given in orders:
        return given
    if chosen := ask.word(f"{name}: is 03/04/2025 3 April (dmy) or March 4 (mdy)", sorted(orders)):
        return DateOrder(chosen)
    raise ConfigError(
        f"{name}: all of its dates can be read in two orders, as 03/04/2025; say which with --dates dmy (3 April) or "
        "--dates mdy (March 4)"
    )


def _settle_words(table: TableProposal, column: str, found: list[FoundWord], ask: Questions, *, quiet: bool) -> None:
    known, name = TABLES[table.name].columns[column].words, f"{table.name}.{column}"
    for each in found:
        rows = f"{each.word!r} ({each.rows:,} {'row' if each.rows == 1 else 'rows'})"
        if each.proposed and (not each.permits or ask.on_terminal):
            question = f"{name}: does {rows} mean {each.proposed}?" + (" It permits." if each.permits else "")
            meant = each.proposed if ask.yes(visible(question).plain, default=not each.permits) else None
        else:
            question = f"{name}: {rows} means (a word of the vocabulary, or nothing: it protects)"
            meant = None if each.proposed else ask.word(visible(question).plain, known)
        if meant:
            table.set_word(column, each.word, meant)
        elif each.proposed:
            table.unconfirmed.setdefault(column, {})[each.word] = each.proposed
        if not quiet:
            _report(name, rows, each, meant)


def _report(name: str, rows: str, found: FoundWord, meant: str | None) -> None:
    if meant:
        say(visible(f"{name}: {rows} is read as {meant}"))
    elif found.proposed:
        option = f"--word {name}.{found.word}={found.proposed}"
        say(visible(f"{name}: {rows} may mean {found.proposed}, which permits, so it is not assumed: {option}"))
    else:
        say(visible(f"{name}: {rows} is not known and protects; --word {name}.{found.word}=WORD names its meaning"))
