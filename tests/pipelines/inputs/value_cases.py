"""Values as real networks have them: odd characters, other spellings, empty references, versions of a row."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.pipelines.inputs.files import MEMBERS, Files, case


def _texts(files: Files, texts: dict[int, str | None]) -> None:
    """Replace texts of the first posts, which are kept."""
    old = files.tables["posts"]["text"].to_pylist()
    files.put("posts", "text", [texts.get(number, text) for number, text in enumerate(old)])


def _bytes(files: Files, content: bytes) -> None:
    texts = [each.encode() for each in files.tables["posts"]["text"].to_pylist()]
    texts[0] = content
    array = pa.array(texts, pa.binary())
    files.put("posts", "text", pa.Array.from_buffers(pa.string(), len(array), array.buffers()))


@case(posts__invalid_text=1, posts__keep=-1)
def a_text_in_latin_1(files: Files) -> None:
    _bytes(files, "Café à Zürich am Morgen, wie immer".encode("latin-1"))


@case(posts__invalid_text=1, posts__keep=-1)
def half_a_surrogate_pair(files: Files) -> None:
    _bytes(files, b"Today we moved the bakery queue and laughed \xed\xa0\xbd")


@case(refused=r"rights_events.parquet: row 1: column 'mechanism' is not valid UTF-8")
def invalid_text_in_the_ledger(files: Files) -> None:
    wrong = pa.array([b"\xff\xfe"] * files.tables["rights_events"].num_rows, pa.binary())
    files.put("rights_events", "mechanism", pa.Array.from_buffers(pa.string(), len(wrong), wrong.buffers()))


@case(posts__blank_text=4, posts__keep=-4)
def texts_without_a_visible_character(files: Files) -> None:
    kept = [n for n, x in enumerate(files.tables["posts"]["author_id"].to_pylist()) if x == MEMBERS["ben"]][:4]
    _texts(files, dict(zip(kept, ["\ufeff", "\u200b\u200b", "\x00\x00", "\u00a0\u3000"], strict=True)))


@case()
def odd_characters_within_texts(files: Files) -> None:
    _texts(files, {0: "\ufeffThe train\x00 left\u200b on time\r\n\ufffe.", 1: "The reply was [removed] by nobody."})


@case()
def a_text_of_a_million_letters(files: Files) -> None:
    _texts(files, {0: "We measured the harbour crane. " * 30_000})


@case()
def words_in_other_spellings(files: Files) -> None:
    files.change("posts", "kind", str.title)
    files.change("profiles", "account_status", lambda each: f" {each.upper()} ")
    files.change("rights_events", "action", lambda each: each.upper().replace("_", "-"))
    files.change("region_signals", "signal", str.title)
    files.change("region_signals", "value", str.lower)


@case(refused="are malformed|quarantined, allowed are|inputs.max_quarantined")
def many_texts_are_null(files: Files) -> None:
    _texts(files, dict.fromkeys(range(0, 24, 3)))
    files.config = {"inputs": {"max_quarantined": 0.05}}


@case()
def languages_in_words(files: Files) -> None:
    names = ["English", "en_US", "eng", "EN"]
    files.put("posts", "language", [names[n % 4] for n in range(files.tables["posts"].num_rows)])


@case(posts__created_after_as_of=1, posts__missing_time=2, posts__keep=-3)
def times_in_the_future_and_before_1970(files: Files) -> None:
    times = files.tables["posts"]["created_at"].to_pylist()
    times[-1], times[-2], times[-3] = datetime(2025, 7, 9, tzinfo=UTC), datetime(1969, 1, 1, tzinfo=UTC), None
    files.put("posts", "created_at", times)


@case()
def an_empty_text_for_no_reference(files: Files) -> None:
    files.put("posts", "in_reply_to", [each or "" for each in files.tables["posts"]["in_reply_to"].to_pylist()])


@case(refused=r"posts.in_reply_to: .* rows have one value, which is not the id of a post")
def zero_for_no_reference(files: Files) -> None:
    files.put("posts", "in_reply_to", ["0"] * files.tables["posts"].num_rows)


@case(posts__subject_unknown=8, posts__keep=-8, profiles__keep=-1, profiles__duplicate_id=2)
def two_rows_of_one_member(files: Files) -> None:
    table = files.tables["profiles"]
    files.tables["profiles"] = pa.concat_tables([table, table.slice(1, 1)])


@case(posts__duplicate_id=2)
def an_edited_post_in_two_exports(files: Files) -> None:
    table = files.tables["posts"]
    edited = pa.Table.from_pylist([row | {"text": "The text, corrected."} for row in table.slice(0, 2).to_pylist()])
    files.at("posts/2025-06-01.parquet", table)
    files.at("posts/2025-06-08.parquet", edited.cast(table.schema))
    files.use("posts", "posts")


@case(refused=r"inputs.posts: 0 rows, at least 1 expected; .* inputs.min_rows: \{posts: 0\} allows it")
def no_posts(files: Files) -> None:
    files.tables["posts"] = files.tables["posts"].slice(0, 0)


@case(refused="inputs.profiles: 0 rows, at least 1 expected")
def no_profiles(files: Files) -> None:
    files.tables["profiles"] = files.tables["profiles"].slice(0, 0)


@case(refused="rights_events: is empty; provide the ledger, or set rights.ledger_complete_until")
def no_rights_events(files: Files) -> None:
    files.tables["rights_events"] = files.tables["rights_events"].slice(0, 0)


@case(refused="looks like CSV; set inputs.posts.format: csv")
def csv_as_parquet(files: Files) -> None:
    files.pandas("posts").to_csv(files.at("posts.csv"), index=False)
    files.use("posts", "posts.csv")


@case()
def csv(files: Files) -> None:
    files.pandas("posts").drop(columns="mentions").to_csv(files.at("posts.csv"), index=False)
    files.use("posts", "posts.csv", format="csv")


@case()
def tab_separated_text_in_quotes(files: Files) -> None:
    posts = files.pandas("posts").drop(columns="mentions")
    posts["text"] = posts["text"].str.replace(" ", ' \n"', n=1)
    posts.to_csv(files.at("posts.csv"), index=False, sep="\t", quoting=1)
    files.use("posts", "posts.csv", format="csv")


@case(refused=r"posts.jsonl: not a .parquet file \(if all files are of its format, set inputs.posts.format: jsonl\)")
def json_lines_as_parquet(files: Files) -> None:
    files.frame("posts").write_ndjson(files.at("posts/posts.jsonl"))
    files.use("posts", "posts")


@case()
def json_lines(files: Files) -> None:
    files.frame("posts").write_ndjson(files.at("posts/posts.jsonl"))
    files.use("posts", "posts", format="jsonl")


@case(refused="looks like ARROW; set inputs.posts.format: arrow")
def arrow_as_parquet(files: Files) -> None:
    files.frame("posts").write_ipc(files.at("posts.arrow"))
    files.use("posts", "posts.arrow")


@case()
def arrow(files: Files) -> None:
    files.frame("posts").write_ipc(files.at("posts.arrow"))
    files.use("posts", "posts.arrow", format="arrow")


def _damage(files: Files, name: str, old: bytes, new: bytes) -> None:
    options = {"compression": "none", "use_dictionary": False, "write_page_checksum": True, "write_statistics": False}
    path = files.at("damaged.parquet", files.tables[name], **options)
    _rewrite(path, lambda content: content.replace(old, new, 1))
    files.use(name, path.name)


def _rewrite(path: Path, change: Callable[[bytes], bytes]) -> None:
    path.write_bytes(change(path.read_bytes()))


@case(refused="damaged.parquet: cannot be read to its end")
def a_page_with_a_wrong_checksum(files: Files) -> None:
    _damage(files, "posts", b"Thanks to everyone", b"Thinks to everyone")


@case(refused="damaged.parquet: cannot be read to its end")
def a_page_of_the_ledger_with_a_wrong_checksum(files: Files) -> None:
    _damage(files, "rights_events", MEMBERS["out"].encode(), b"1009")


@case(refused="is encrypted Parquet; decrypt it first")
def an_encrypted_footer(files: Files) -> None:
    path = files.at("p.parquet", files.tables["posts"])
    _rewrite(path, lambda content: b"PARE" + content[4:-4] + b"PARE")
    files.use("posts", "p.parquet")


@case(refused="is cut short: Parquet without its end")
def a_file_that_is_cut_short(files: Files) -> None:
    path = files.at("p.parquet", files.tables["posts"])
    _rewrite(path, lambda content: content[: len(content) // 2])
    files.use("posts", "p.parquet")


@case(refused="cannot be read|has encrypted columns; decrypt it first")
def encrypted_columns(files: Files) -> None:
    import pyarrow.parquet.encryption as encryption

    class Keys(encryption.KmsClient):  # type: ignore[misc]
        def __init__(self, _config: object) -> None:
            super().__init__()

        def wrap_key(self, key: bytes, _name: str) -> bytes:
            return b"made" + key

        def unwrap_key(self, key: bytes, _name: str) -> bytes:
            return key[4:]

    factory = encryption.CryptoFactory(Keys)
    columns = encryption.EncryptionConfiguration(
        footer_key="f", column_keys={"t": ["text"]}, plaintext_footer=True, double_wrapping=False
    )
    properties = factory.file_encryption_properties(encryption.KmsConnectionConfig(), columns)
    schema = files.tables["posts"].schema
    with pq.ParquetWriter(files.at("p.parquet"), schema, encryption_properties=properties) as writer:
        writer.write_table(files.tables["posts"])
    files.use("posts", "p.parquet")
