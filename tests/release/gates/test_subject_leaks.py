"""How many people can be identified in records, by their role and the kind of the record."""

import polars as pl

from redaction.release.gates.subject_leaks import ANYWHERE, ROLES, SubjectLeaks

PEOPLE = pl.DataFrame(
    {
        "subject": ["ada", "ben", "cleo", "objector 0"],
        "full_name": ["Ada Qüimby", "Ben Arkwright", "Cleo Marsh", "Zoltan Vey"],
        "handle": ["ada.q77", None, "cleo", None],
        "vanity_url": ["https://www.harbour.example/in/ada-q", None, None, None],
        "emails": [["ada@mail.example"], [], [], []],
        "phones": [["+44 20 7946 0958"], [], ["+1 212 555 0100"], []],
    }
)


def counts(*texts: tuple[str, str], roles: list[tuple[str, str, str]], anywhere: list[tuple[str, str]] = []) -> dict:  # type: ignore[type-arg]  # noqa: B006
    leaks = SubjectLeaks.of(PEOPLE, pl.DataFrame(anywhere, schema=ANYWHERE, orient="row"))
    frame = pl.DataFrame([(f"r{i}", kind, text) for i, (kind, text) in enumerate(texts)], orient="row")
    frame.columns = ["record_id", "kind", "text"]
    for block in frame.iter_slices(1):
        leaks.add(block, pl.DataFrame(roles, schema=ROLES, orient="row"))
    return {(each.role, each.kind): (each.people, each.identified, each.named) for each in leaks.counts()}


def test_people_are_counted_by_role_and_kind():
    found = counts(
        ("post", "I am ADA  QUIMBY, call 020 7946-0958"),
        ("comment", "thanks ada@mail.example and Ben"),
        ("comment", "[PERSON_1] wrote to Ben Arkwright"),
        roles=[("r0", "ada", "author"), ("r1", "ben", "author"), ("r1", "ada", "mentioned"), ("r2", "ben", "thread")],
    )
    assert found["author", "any"] == (2, 1, 1)
    assert found["author", "post"] == (1, 1, 1)
    assert found["author", "comment"] == (1, 0, 0)
    assert found["mentioned", "comment"] == (1, 1, 0)
    assert found["thread", "any"] == (1, 1, 1)


def test_every_identifier_is_found_in_its_usual_forms():
    for text in (
        "ask ada.q77",
        "see harbour.example/in/ada-q",
        "+442079460958",
        "(020) 79 46 09 58",
        "ADA@MAIL.EXAMPLE",
    ):
        assert counts(("post", text), roles=[("r0", "ada", "author")])["author", "any"] == (1, 1, 0), text


def test_what_is_hidden_and_what_is_of_others_is_not_counted():
    roles = [("r0", "ada", "author")]
    for text in ("[PERSON_1] of [EMAIL_ADDRESS_1]", "Ada went out", "Ben Arkwright", "call 020 7946 0000", "cleo"):
        assert counts(("post", text), roles=roles)["author", "any"] == (1, 0, 0), text


def test_objectors_and_protected_members_are_searched_for_in_every_record():
    anywhere = [("objector 0", "objector"), ("cleo", "protected")]
    found = counts(("post", "Zoltan Vey was here"), roles=[("r0", "ada", "author")], anywhere=anywhere)
    assert found["objector", "any"] == (1, 1, 1)
    assert found["protected", "any"] == (1, 0, 0)
