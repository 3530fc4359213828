"""What the twin of the usual site has beside its site file: labels that nobody has seen, sections of a small twin."""

from __future__ import annotations

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
