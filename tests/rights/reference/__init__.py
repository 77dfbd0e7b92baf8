"""A second implementation of the rules: one record at a time, in plain Python, sharing no code with the program.

Written from docs/rights.md, to be read beside it; slow on purpose. Rows are dictionaries with the canonical
column names; a policy is the plain content of its YAML file.
"""

from tests.rights.reference.decide import decide_post, decide_profile, decide_subject
from tests.rights.reference.world import Row, Verdict, World

__all__ = ["Row", "Verdict", "World", "decide_post", "decide_profile", "decide_subject"]
