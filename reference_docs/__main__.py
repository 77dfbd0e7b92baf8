"""The command: write every page that differs from the declarations, or with `--check` only name them."""

import sys
from pathlib import Path

from reference_docs.pages import out_of_date

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Write or name the files that are out of date. With `--check`, exit code 1 if there are any."""
    check = "--check" in sys.argv[1:]
    outdated = out_of_date(ROOT)
    for path, text in outdated.items():
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        print(f"{path.relative_to(ROOT)}: {'out of date; run make reference' if check else 'written'}")
    sys.exit(bool(check and outdated))


main()
