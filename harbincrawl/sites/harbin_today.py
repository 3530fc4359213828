"""Harbin Today: the sections and habits of e.my399.com, read off text copies of 145 of its pages."""

from harbincrawl.config.schema import Thresholds

from .site import Section, Site

HARBIN_TODAY = Site(
    name="harbin-today",
    title="Harbin Today",
    base="http://e.my399.com",
    sections=(
        Section("news", "Harbin Today"),
        Section("civilization", "Civilization progress"),
        Section("government", "Government bulletin"),
        Section("companies", "Biz updates"),
        Section("gallery", "Photo Gallery"),
        Section("about", "About Harbin"),
        Section("change", "Foreign Exchanges"),
        Section("business/guide", "Investment Guide"),
        Section("business/overview", "Investment Overview"),
        Section("business/parks", "Industrial Parks"),
        # Seen as address prefixes only: their breadcrumb is not known, so a page's own breadcrumb names them.
        Section("business/industries", ""),
        Section("business/planning", ""),
        Section("culture/music", "Music City"),
        Section("culture/customs", "Customs"),
        Section("culture/arts", ""),
        Section("culture/architecture", ""),
        Section("living/food", "Food and Drink"),
        Section("living/transportation", ""),
        Section("living/entertainment", ""),
        Section("travel/transport", "Transportation"),
        Section("travel/sights", ""),
        Section("travel/routes", ""),
        Section("travel/hotels", ""),
        Section("flash", "flash"),
        Section("specials", "Wetland Festival", certain=False),
        Section("SPE/sh/wf", "Wetland Festival", certain=False),
        Section("SPE/sh/wm", ""),
        Section("SPE/sh/sc", ""),
    ),
    default_sections=("news",),
    time_zone="Asia/Shanghai",
    languages=("en", "zh"),
    page_size=8,
    title_suffixes=("Harbin Today", "e.my399.com", "my399.com", "my399", "Harbin", "Harbin China"),
)

HARBIN_TODAY_THRESHOLDS = Thresholds()
"""The site is small and even: what its 145 known pages show lies far within the defaults."""
