"""The k-anonymity of what records show of their author's career, of any kind of record."""

import numpy as np
import numpy.typing as npt
from scipy import sparse

from redaction.release.gates.linkage.facts import Facts
from redaction.release.gates.linkage.tokens import Integers


class CareersShown:
    """Counts the members to whom all applies that a record shows of its author's career.

    A fact that the records of `k` other authors show, too, who do not have it, is made of everyday words, and does not
    count.
    """

    def __init__(self, facts: Facts, k: int) -> None:
        self._quasi, self._facts, self._k = facts.quasi(), facts, k
        self._having = facts.having
        self._by_fact = sparse.csc_array(facts.members)
        self._by_others = np.zeros(len(facts.keys), np.int64)
        self._own: list[tuple[int, npt.NDArray[np.int32]]] = []

    def add(self, first: int, shown: sparse.csr_array, authors: Integers) -> None:
        """Add records, numbered from `first`, with the facts that they show and the row number of their authors."""
        own = shown.multiply(self._facts.members[authors]).tocsr()
        self._by_others += np.bincount(shown.indices, minlength=len(self._quasi))
        self._by_others -= np.bincount(own.indices, minlength=len(self._quasi))
        for row in np.flatnonzero(np.diff(own.indptr)):
            facts = own.indices[own.indptr[row] : own.indptr[row + 1]]
            facts = facts[self._quasi[facts]]
            if len(facts):
                self._own.append((first + int(row), np.sort(facts)))

    def rare(self) -> list[int]:
        """Return the numbers of the records that show what fewer than `k` members share."""
        known: dict[bytes, bool] = {}
        found = []
        for number, facts in self._own:
            telling = facts[self._by_others[facts] < self._k]
            key = telling.tobytes()
            if key not in known:
                known[key] = len(telling) > 0 and self._is_rare(telling)
            if known[key]:
                found.append(number)
        return found

    def _is_rare(self, facts: npt.NDArray[np.int32]) -> bool:
        ordered = facts[np.argsort(self._having[facts], kind="stable")]
        sharing: npt.NDArray[np.int32] | None = None
        for fact in ordered:
            members = self._by_fact.indices[self._by_fact.indptr[fact] : self._by_fact.indptr[fact + 1]]
            sharing = members if sharing is None else np.intersect1d(sharing, members, assume_unique=True)
            if len(sharing) < self._k:
                return True
        return False
