"""Generate the reference documentation from the declarations in the code: `python -m reference_docs`.

A page of `docs/` holds a generated part between `<!-- generated: NAME -->` and `<!-- end -->`; `SECTIONS` names the
function that makes it. JSON Schemas are whole files. A test generates everything and fails on any difference.
"""

from reference_docs.pages import SECTIONS, out_of_date, regenerate

__all__ = ["SECTIONS", "out_of_date", "regenerate"]
