"""Sections are named alike everywhere: by path, by label, by what several paths begin with, with commas between."""

from __future__ import annotations

import pytest

from harbincrawl.errors import OptionsError
from harbincrawl.sites import default_site
from harbincrawl.spiders.options import find_sections

SITE = default_site()
CULTURE = tuple(section.path for section in SITE.sections if section.path.startswith("culture/"))


@pytest.mark.parametrize(
    ("names", "paths"),
    [
        (("news",), ("news",)),
        (("/culture/music/",), ("culture/music",)),
        (("photo gallery",), ("gallery",)),
        (("culture",), CULTURE),
        (("news, gallery", "news"), ("news", "gallery")),
        (("Music City,culture",), ("culture/music", *(path for path in CULTURE if path != "culture/music"))),
        ((), ()),
    ],
)
def test_a_section_is_found_by_path_label_and_beginning(names: tuple[str, ...], paths: tuple[str, ...]) -> None:
    assert find_sections(names, SITE) == paths


@pytest.mark.parametrize(
    ("name", "said"), [("galery", 'did you mean "gallery"'), ("news,zzz", 'no section "zzz"'), ("", 'no section ""')]
)
def test_what_is_no_section_is_named_with_the_nearest(name: str, said: str) -> None:
    with pytest.raises(OptionsError, match=said):
        find_sections((name,), SITE)


def test_a_section_of_former_times_may_be_kept() -> None:
    assert find_sections(("zz/old",), SITE, keeps_others=True) == ("zz/old",)
    for wrong in ("galery", "a b!"):
        with pytest.raises(OptionsError, match="no section"):
            find_sections((wrong,), SITE, keeps_others=True)
