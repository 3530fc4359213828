"""The health rule on templates: a site that prints its pages otherwise than before has been redesigned."""

from __future__ import annotations

from harbincrawl.config.schema import Thresholds
from harbincrawl.text import count_text

from .types import Past, ReportedRun, Verdict

_FEWEST = 5
"""Pages of a template that is more than an odd page: as many as a layout is learnt from."""


def check_template(run: ReportedRun, _: Past, __: Thresholds) -> Verdict:
    """The pages must be of templates that earlier runs met; what is new is reported once."""
    rule = "template"
    counts = run.measures.get("templates")
    if not counts or not counts["pages"]:
        return Verdict(rule, None, None, None, "no page of an article was read anew")
    pages, new = int(counts["pages"]), int(counts["new"])
    if counts["before"] < _FEWEST:
        return Verdict(rule, None, new, None, "there are no earlier pages to compare with")
    if new < _FEWEST:
        known = count_text(pages - new, "page")
        return Verdict(rule, True, new, _FEWEST, f"{known} {'is' if pages - new == 1 else 'are'} of a known template")
    sentence = f"the site changed its template: {new} of {count_text(pages, 'page')} are printed otherwise than before"
    return Verdict(rule, False, new, _FEWEST, sentence)


NAMES = ("template",)
RULES = (check_template,)
