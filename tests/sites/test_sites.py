"""What addresses of the site mean."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harbincrawl.errors import OptionsError
from harbincrawl.sites import Address, Site
from harbincrawl.spiders.options import find_sections
from tests.support.sites import HARBIN_TODAY as SITE


@pytest.mark.parametrize(
    ("path", "meaning"),
    [
        ("/news/2020-09-23/5370.html", Address("article", "news", 1, "5370", date(2020, 9, 23))),
        ("/SPE/sh/wf/2013-08-01/300_2.html", Address("article", "SPE/sh/wf", 2, "300", date(2013, 8, 1))),
        ("/news/2020-02-30/9.html", Address("article", "news", 1, "9", None)),
        ("/news/", Address("listing", "news", 1)),
        ("/culture/music/index_12.html", Address("listing", "culture/music", 12)),
        ("/news/2020-09-23/0.html", None),
        ("/d/file/a.jpg", None),
    ],
)
def test_an_address_says_what_it_leads_to(path: str, meaning: Address | None) -> None:
    assert SITE.read_address(SITE.base + path) == meaning


def test_scheme_host_case_port_and_query_make_no_other_address() -> None:
    own = "http://e.my399.com/news/2020-09-23/5370.html"
    for address in (
        "https://e.my399.com/news/2020-09-23/5370.html",
        "http://E.MY399.com:80/news//2020-09-23/./5370.html?from=box#top",
        "../../news/2020-09-23/5370.html",
    ):
        assert SITE.canonical(address, "http://e.my399.com/about/2013-01-01/251.html") == own


@pytest.mark.parametrize(
    "address",
    ["http://www.my399.com/a.html", "http://e.my399.com:8080/", "ftp://e.my399.com/", "http://u:p@e.my399.com/"],
)
def test_what_leads_off_the_site_is_none_of_its_addresses(address: str) -> None:
    assert SITE.canonical(address) is None


def test_a_mirror_is_read_and_never_stored() -> None:
    site = replace(SITE, mirror="http://127.0.0.1:8123")
    own = "http://e.my399.com/news/index_2.html"
    assert site.fetched(own) == "http://127.0.0.1:8123/news/index_2.html"
    assert site.canonical(site.fetched(own)) == own
    assert site.canonical("http://127.0.0.1:9999/news/") is None


@given(st.text(max_size=80))
def test_any_text_is_an_address_or_none(text: str) -> None:
    canonical = SITE.canonical(text)
    assert canonical is None or canonical.startswith(SITE.base + "/")
    if canonical:
        SITE.read_address(canonical)


HOSTS = ("http://e.my399.com", "https://e.my399.com", "HTTP://E.MY399.com", "http://e.my399.com:80", "//e.my399.com")
PATHS = ("/", "//", "..", "../", ".", "./", "...", ".a", "news", "2020-01-01/", "7.html", "7_2.html", "_-", "~")
ODD = (
    "http://127.0.0.1:8080",
    "?x=1",
    "#a",
    "print:",
    "http:",
    "www.example.com/",
    ";p",
    " ",
    "%20",
    "\t",
    "é",
    "@",
    ":",
    "\\",
    "İ",
)
PIECES = st.sampled_from((*HOSTS, *PATHS, *ODD))
BASES = st.sampled_from(
    (
        *(None, "http://e.my399.com/news/2020-01-01/7.html", "http://e.my399.com/news/./x/?a#b", "http://e.my399.com"),
        *("http://127.0.0.1:8080/a/", "http://other.example/x/y", "http://e.my399.com:81/news/index.html"),
    )
)


def join_address(site: Site, address: str, base: str | None) -> str | None:
    """What `Site.canonical` has to give, by the standard library."""
    try:
        # Python alone takes what is behind a semicolon for no part of the path.
        parts = urlsplit(address.partition("#")[0].strip().replace(";", "%3B"))
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("", "http", "https"):
        return None
    page = f"{site.base}/"
    if not parts.netloc:
        found = join_address(site, base, None) if base else page
        if found is None:
            return None
        page = found
    elif parts.username is not None or parts.password is not None:
        return None
    else:
        usual = 443 if parts.scheme == "https" else 80
        own, mirror = urlsplit(site.base), urlsplit(site.mirror or "")
        if not (parts.hostname == own.hostname and port in (None, usual, own.port)) and not (
            parts.hostname and parts.hostname == mirror.hostname and (port or usual) == (mirror.port or 80)
        ):
            return None
    path = re.sub("/+", "/", f"/{parts.path}" if parts.netloc else parts.path)
    # A path may begin as a scheme does.
    return urljoin(page, path if path[:1] in ("", "/") else f"./{path}").replace("%3B", ";")


@example("http://e.my399.com #a", None, "", False)
@given(st.lists(PIECES, max_size=6).map("".join), BASES, st.sampled_from(("", ":81")), st.booleans())
def test_addresses_lead_where_the_standard_library_says(
    address: str, base: str | None, port: str, mirrored: bool
) -> None:
    site = replace(SITE, base=SITE.base + port, mirror="http://127.0.0.1:8080" if mirrored else None)
    assert site.canonical(address, base) == join_address(site, address, base)


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
