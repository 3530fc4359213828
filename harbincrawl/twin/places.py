"""The sections of the twin: path prefixes, what a breadcrumb calls them, and which of the labels a reader can know."""

from __future__ import annotations

ORIGIN = "http://e.my399.com"
HOST = "e.my399.com"

KNOWN = {
    "news": "Harbin Today",
    "civilization": "Civilization progress",
    "government": "Government bulletin",
    "companies": "Biz updates",
    "gallery": "Photo Gallery",
    "about": "About Harbin",
    "change": "Foreign Exchanges",
    "business/guide": "Investment Guide",
    "business/overview": "Investment Overview",
    "business/parks": "Industrial Parks",
    "culture/music": "Music City",
    "culture/customs": "Customs",
    "living/food": "Food and Drink",
    "travel/transport": "Transportation",
    "flash": "flash",
    "specials": "Wetland Festival",
    "SPE/sh/wf": "Wetland Festival",
}
"""Labels that pages of the site were seen to print: a reader may take them from its own table."""

INVENTED = {
    "business/industries": "Key Industries",
    "business/planning": "City Planning",
    "culture/arts": "Stage and Arts",
    "culture/architecture": "Old Facades",
    "living/transportation": "Getting Around",
    "living/entertainment": "Evenings Out",
    "travel/sights": "Sights",
    "travel/routes": "Routes",
    "travel/hotels": "Places to Stay",
    "SPE/sh/wm": "Wetland Music",
    "SPE/sh/sc": "Summer Carnival",
}
"""Labels of sections whose breadcrumb nobody has seen: only the page itself can tell them."""

DEFAULT_SECTIONS = (
    "news",
    "civilization",
    "gallery",
    "government",
    "companies",
    "culture/music",
    "SPE/sh/wf",
    "travel/sights",
    "about",
)
"""Enough for every kind of path: one to three levels, upper case, known label and unknown."""


def label(section_path: str) -> str:
    """What the breadcrumb of a page of `section_path` says; the last part of the path for a section of no table."""
    return KNOWN.get(section_path) or INVENTED.get(section_path) or section_path.rsplit("/", 1)[-1].capitalize()


def true_section(section_path: str, printed: str | None) -> str:
    """What a reader can know: the table's label, else the `printed` breadcrumb label, else the path."""
    return KNOWN.get(section_path) or printed or section_path
