"""Progress reaches those who listen, while they listen."""

from redaction.execution.progress import Progress, listening, track


def test_each_item_is_reported_when_it_is_done() -> None:
    heard: list[Progress] = []
    with listening(heard.append):
        work = track(["a", "bcd"], "letters", 4, len)
        assert next(work) == "a"
        assert heard == [Progress("letters", 0, 4)]
        assert next(work) == "bcd"
        assert heard[-1] == Progress("letters", 1, 4)
        assert list(work) == []
    assert sum(each.done for each in heard) == 4


def test_nobody_needs_to_listen() -> None:
    heard: list[Progress] = []
    with listening(heard.append):
        pass
    assert list(track([1, 2], "items", 2)) == [1, 2]
    assert heard == []
