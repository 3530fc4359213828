"""The sites of the tests."""

from __future__ import annotations

from harbincrawl.sites import find_site

HARBIN_TODAY = find_site("harbin-today")
