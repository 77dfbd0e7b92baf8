"""The rules for posts beyond the memory of one process: tasks over partitions, with files between them.

People are partitioned by a hash of their ids, posts by ranges of theirs. The results are those of `apply_rules`, for
any number of partitions.
"""

from redaction.rights.partitioned.results import PartitionedResults, apply_rules_in_partitions
from redaction.rights.partitioned.split import PeopleTables

__all__ = ["PartitionedResults", "PeopleTables", "apply_rules_in_partitions"]
