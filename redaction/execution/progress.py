"""How far the work of a step is, for whoever shows it. Where nobody listens, it costs a function call a batch."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Progress:
    """Some work was done.

    Attributes:
        unit: What is counted, such as `rows`.
        done: How many of them were done just now.
        total: How many there are in all.
    """

    unit: str
    done: int
    total: int


Listener = Callable[[Progress], None]

_listeners: list[Listener] = []


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Call a function with all progress of this process."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


def track(items: Iterable[Item], unit: str, total: int, size: Callable[[Item], int] = lambda _: 1) -> Iterator[Item]:
    """Yield the items, and report each as done when the next one is asked for.

    Args:
        items: What is worked through.
        unit: What is counted, such as `rows`.
        total: How many there are in all.
        size: How many an item counts for.

    Yields:
        The items.
    """
    _report(Progress(unit, 0, total))
    for item in items:
        yield item
        if _listeners:
            _report(Progress(unit, size(item), total))


def _report(progress: Progress) -> None:
    for listener in _listeners:
        listener(progress)
