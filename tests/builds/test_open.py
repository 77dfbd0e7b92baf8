"""An instant is written with its zone."""

import pytest

from redaction.builds import instant_of
from redaction.state import PlanError


@pytest.mark.parametrize("written", ["2025-06-30", "2025-06-30T00:00:00", "2025-06-30Z"])
def test_an_instant_without_a_zone_is_refused_with_the_text_to_write(written: str) -> None:
    with pytest.raises(PlanError, match=r"write it as 2025-06-30T00:00:00Z$"):
        instant_of(written)
