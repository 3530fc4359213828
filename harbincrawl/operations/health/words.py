"""What reports and `status` say of unaccounted lines and templates in doubt, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harbincrawl.text import count_text, shorten

MAX_WORDINGS = 3
"""Wordings that are shown; reports have more."""
_TEXT = 80
"""Columns of a wording."""


def describe_unaccounted(unaccounted: Mapping[str, Any] | None) -> list[str]:
    """`12 pages with unaccounted lines: harbincrawl explain …`, and below it the wordings that several pages share.

    Before it stand templates that the run found to be in doubt: they are none of these pages. `unaccounted` is that of
    a report; None where it has none.
    """
    wordings = unaccounted["wordings"] if unaccounted else []
    of_pages = [each for each in wordings if each["kind"] != "template"]
    templates = [each for each in wordings if each["kind"] == "template"]
    lines = [f"{each['text']}: harbincrawl explain {each['example']}" for each in templates]
    if not unaccounted or not unaccounted["pages"] or not of_pages:
        return lines
    pages = count_text(unaccounted["pages"], "page")
    lines.append(f"{pages} with unaccounted lines: harbincrawl explain {of_pages[0]['example']}")
    shared = [each for each in of_pages if each["pages"] > 1][:MAX_WORDINGS]
    return lines + [f"  {each['pages']:,} of them: {shorten(each['text'], _TEXT)}" for each in shared]


def describe_doubt(doubt: Mapping[str, Any]) -> str:
    """Of a template in doubt, as `status --json` has it, how many pages differ, in what, and one of them."""
    fields = ", ".join(f"{name} {count:,}" for name, count in doubt["fields"].items())
    read = f"{doubt['differ']:,} of {count_text(doubt['asked'], 'page')} are read otherwise without the layout"
    return f"{read} ({fields}): harbincrawl explain {doubt['example']}"
