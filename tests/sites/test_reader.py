"""A site file is read strictly: what is wrong is named with its line."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from harbincrawl.errors import SiteFileError
from harbincrawl.sites import Address, choose_site, find_site, list_sites
from harbincrawl.sites.patterns import PathPattern
from harbincrawl.sites.reader import parse_site
from tests.support.archives import build_archive
from tests.support.crawling import execute
from tests.support.families import sample

VALID = r"""name = "valley-news"
title = "Valley News"
base = "http://news.example"
aliases = ["www.news.example"]
scope = "/en/"
languages = ["en"]
default_sections = ["local"]

[[section]]
path = "local"
label = "Local"

[[section]]
path = "sport"
list = "/en/sport.htm"

[addresses]
article = '/en/(?P<section>\w+)/(?P<year>\d{4})/(?P<month>\d\d)/(?P<mday>\d\d)/(?P<number>\d+)(?:-(?P<page>\d+))?\.htm'
list = '/en/(?P<section>[a-z]+)/list(?P<page>\d+)?\.htm'
first_list = "/en/{section}/list.htm"
next_list = "/en/{section}/list{page}.htm"
next_article = "/en/{section}/{year}/{month}/{mday}/{number}-{page}.htm"

[words]
updated = ["Printed on"]
by = ["Written by", "( {source} )"]
stand = "end"

[proof]
copyright = ["Valley News"]

[health]
pages = 20
"""


def test_a_valid_file_is_a_site_with_its_addresses() -> None:
    site = parse_site(VALID, "valley.toml")
    article = site.base + "/en/local/2021/02/03/17-2.htm"
    assert site.read_address(article) == Address("article", "local", 2, "17", date(2021, 2, 3))
    assert site.first_page(article) == site.base + "/en/local/2021/02/03/17.htm"
    assert site.listing_address("local", 3) == site.base + "/en/local/list3.htm"
    assert site.listing_address("sport") == site.base + "/en/sport.htm"
    assert site.read_address(site.base + "/en/sport.htm") == Address("listing", "sport", 1)
    assert site.canonical("https://WWW.news.example/en/local/list.htm") == site.listing_address("local")
    assert site.thresholds.pages == 20
    assert site.text == VALID


@pytest.mark.parametrize(
    ("before", "after", "line", "reason"),
    [
        ('title = "Valley News"', 'titel = "Valley News"', 2, 'unknown key "titel"; did you mean "title"?'),
        ('"http://news.example"', '"http://news.example:70000"', 3, "base: expected a port up to 65535"),
        ('scope = "/en/"', 'scope = "en"', 5, "scope: expected a path"),
        ('title = "Valley News"', 'title = "Valley News"\ntime_zone = "Asia/Harbn"', 3, "no time zone is called"),
        ('title = "Valley News"', "title = 7", 2, "title: expected one line of text, found 7"),
        ('label = "Local"', 'lable = "Local"', 11, 'unknown key "lable" in [section]; did you mean "label"?'),
        ('path = "sport"', 'path = "local"', 14, 'section "local" is there twice'),
        ('path = "sport"', "path = 4", 14, "expected the path of a section, found 4"),
        ('path = "sport"', 'label = "Sport"', 13, '[section] "path" is missing'),
        ('list = "/en/sport.htm"', "certain = 1", 15, "section.certain: expected true or false, found 1"),
        (
            'list = "/en/sport.htm"',
            'list = "sport"',
            15,
            'section.list: expected a path such as "/news/", found "sport"',
        ),
        ('["local"]', '["locla"]', 7, 'no section "locla"; did you mean "local"?'),
        (r"(?P<section>\w+)/(?P<year>", r"(?P<section>\w+/(?P<year>", 18, "the pattern does not compile"),
        ("(?P<number>", "(?P<numbre>", 18, "unknown group numbre; did you mean number?"),
        ("/(?P<number>", "/(?P<day>", 18, "it has no group (?P<number>"),
        ("(?P<mday>", "(?:", 18, "it needs either day, or year, month and mday"),
        (r"/list(?P<page>\d+)?", r"/list(?P<page>\d+)?(?:(?!x)[a-z]+)?", 19, "nothing may look around or refer back"),
        ('"/en/{section}/list{page}.htm"', '"/en/{section}/list{pge}.htm"', 21, "{pge} is no group of its pattern"),
        ('"/en/{section}/list{page}.htm"', '"/en/{section}/more.htm"', 21, "it needs {page}"),
        ('"/en/{section}/list{page}.htm"', '"/en/{section}/l{page}.htm"', 21, "which no pattern matches"),
        ('"/en/{section}/list.htm"', '"/de/{section}/list.htm"', 20, "which is outside the scope /en/"),
        ('list = "/en/sport.htm"', 'list = "/de/sport.htm"', 15, "which is outside the scope /en/"),
        ("first_list = ", "#", 17, '[addresses] "first_list" is missing'),
        ("[addresses]", "[address]", 17, "unknown table [address]; did you mean [addresses]?"),
        ("[proof]", "[[proof]]", 29, "expected a table [proof], found a list"),
        ("next_article = ", "next_artcle = ", 22, 'unknown key "next_artcle" in [addresses]; did you mean'),
        ('updated = ["Printed on"]', 'updated = "Printed on"', 25, "words.updated: expected a list"),
        ('stand = "end"', 'stand = "below"', 27, 'words.stand: expected "above" or "end"'),
        ('"( {source} )"', '"( {sauce} )"', 26, "a form has {author}, {source} or both"),
        ("pages = 20", "pages = -1", 33, "health.pages: expected a whole number"),
        ("[proof]", "[proof", 29, "not valid TOML"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(before: str, after: str, line: int, reason: str) -> None:
    assert before in VALID
    with pytest.raises(SiteFileError) as caught:
        parse_site(VALID.replace(before, after, 1), "valley.toml")
    assert str(caught.value).startswith(f"valley.toml line {line}: ")
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_what_is_missing_is_named() -> None:
    for key in ("name", "title", "base"):
        text = "\n".join(line for line in VALID.splitlines() if not line.startswith(f"{key} ="))
        with pytest.raises(SiteFileError, match=f'"{key}" is missing'):
            parse_site(text, "valley.toml")


def test_sections_are_tables() -> None:
    text = VALID[: VALID.index("[[section]]")] + VALID[VALID.index("[addresses]") :]
    for value in ("[]", "5", "[1]", "{ path = 'local' }"):
        with pytest.raises(SiteFileError, match=r"line 3: expected tables \[\[section\]\], one at least, found "):
            parse_site(text.replace("base = ", f"section = {value}\nbase = "), "valley.toml")


def test_no_text_of_bytes_ends_in_a_traceback(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    for data in (b"\xff\xfe", b"\x00", b"name = 'a'\n" * 2, b"a = " + b"[" * 5000, b"section = [1]"):
        path.write_bytes(data)
        with pytest.raises(SiteFileError, match=r"a\.toml"):
            choose_site(str(path))
    with pytest.raises(SiteFileError, match="cannot be read"):
        choose_site(str(tmp_path / "none.toml"))


def test_the_shipped_files_pass_all_tests() -> None:
    for name, path in list_sites().items():
        assert choose_site(str(path)) == find_site(name)
    with pytest.raises(SiteFileError, match='no site "harbin-tody"; did you mean "harbin-today"'):
        find_site("harbin-tody")


def test_a_list_of_words_has_an_end() -> None:
    words = ", ".join(f'"w{number}"' for number in range(501))
    with pytest.raises(SiteFileError, match=r"line 25: words\.updated: expected 500 lines of text at most, found 501"):
        parse_site(VALID.replace('["Printed on"]', f"[{words}]"), "valley.toml")


def test_no_path_takes_a_pattern_long() -> None:
    site = find_site("harbin-today")
    assert site.read_address(site.base + "/news" * 1000 + "/2020-01-01/7.html") is None


PATIENCE = 120
"""Seconds after which a process hangs: it needs a thousandth of them."""
LONG_PATHS = ("a" * 500, "ab" * 250, "a" * 499 + "!", "é" * 250, "/" * 500, "/a" * 250, "0" * 499 + "x", " " * 500, "")
HARMLESS = (
    "(a|b|ab)+",
    "(a+)+b",
    "(?:a|a)*c",
    "(x+x+)+y",
    "((a*)*)*b",
    "(?:a?){300}a{300}",
    r".*.*.*.*.*.*.*.*.*.*=z",
    r"(?:\w*\d*[^/]*)*\w*!",
    "(?:(?:(?:a|ab)|(?:b|ba))+)+c",
    "(?:[^/]{1,20}){1,11}!",
    "(.*)" * 19 + "!",
    "(?:" * 100 + "a+" + ")+" * 100 + "!",
    "|".join(f"(?:a{{0,{most}}}b?)*" for most in range(1, 40)),
    "(?:é|éé|a)+!",
)
"""Matched one way after another, they take longer than anybody lives, or thousands of steps a character."""
REFUSED = {
    r"(a)\1+": "refer back",
    "(?P<x>a)(?P=x)": "refer back",
    "(?=(a+)+b)a": "look around",
    "(?!a)b": "look around",
    "(?<=a)b": "look around",
    "(?>a+)b": "look around",
    "(a)?(?(1)b|c)": "RE2 matches it",
    "a*+b": "RE2 matches it",
    "(?:a{1,1000}){1,1000}": "invalid repetition size",
    "(((a?){50}){50}){50}": "invalid repetition size",
    "a{100000}": "invalid repetition size",
    "[^/]{1000}": "too large",
    "a{1000}" * 30: "too large",
    "()" * 21: "too large",
    "()" * 5000: "characters",
    "(?:" * 5000 + ")" * 5000: "characters",
    "[" * 300: "does not compile",
    "(" * 400: "does not compile",
    r"a\Z": "does not compile",
    "(?x:a b)": "RE2 matches it",
    "(?#a)b": "RE2 matches it",
}
"""By what is said of them."""
_READ = """
import sys
from harbincrawl.sites.patterns import PathPattern
pattern = PathPattern(sys.argv[1])
for path in sys.argv[2:]:
    pattern.read(path)
"""


@pytest.mark.parametrize("pattern", sample(HARMLESS))
def test_no_pattern_that_passes_takes_long(pattern: str) -> None:
    # In a process of its own, for no test ends what hangs in this one.
    subprocess.run([sys.executable, "-c", _READ, pattern, *LONG_PATHS], check=True, timeout=PATIENCE)


@pytest.mark.parametrize(("pattern", "reason"), sample(REFUSED.items()))
def test_what_cannot_be_matched_surely_is_refused_with_its_line(pattern: str, reason: str) -> None:
    text = VALID.replace(r"list(?P<page>\d+)?", rf"list(?P<page>\d+)?(?:{pattern})?", 1)
    assert text != VALID
    for given, line in ((text, 19), (VALID.replace(r"(?P<number>\d+)", rf"(?P<number>\d+){pattern}", 1), 18)):
        with pytest.raises(SiteFileError) as caught:
            parse_site(given, "evil.toml")
        assert str(caught.value).startswith(f"evil.toml line {line}: addresses.")
        assert reason in str(caught.value)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "path", ["/en/local/2021/02/03/a%20b.htm", "/en/local/2021/02/03/7-é.htm", "/en/local/listx.htm"]
)
def test_what_a_loose_pattern_takes_for_ids_or_pages_is_no_address(path: str) -> None:
    text = VALID.replace(r"(?P<number>\d+)(?:-(?P<page>\d+))?", "(?P<number>[^-]*)(?:-(?P<page>.+))?", 1)
    text = text.replace(r"list(?P<page>\d+)?", "list(?P<page>[^.]+)?", 1)
    site = parse_site(text, "loose.toml")
    assert site.read_address(site.base + "/en/local/2021/02/03/7-2.htm")
    found = site.read_address(site.base + path)
    assert found is None or found[:3] == ("listing", "local", 1)


def test_a_pattern_reads_groups_and_splits_paths_of_any_letters() -> None:
    pattern = PathPattern(r"/(?P<section>[^/]+)/é(?P<number>\d+)(?:_(?P<page>\d+))?é")
    assert pattern.names == {"section", "number", "page"}
    assert pattern.read("/新闻/é12é") == {"section": "新闻", "number": "12", "page": None}
    assert pattern.split("/新闻/é12_3é", "page") == ("/新闻/é12_", "é")
    assert pattern.split("/新闻/é12é", "page") is None
    assert pattern.split("/新闻/é12é", "day") is None
    assert pattern.read("/\ud800/é1é") == {"section": "\ud800", "number": "1", "page": None}
    for path in ("/新闻/12", "/a/é１２é", "/a/é12é\n", ""):
        assert pattern.read(path) is None
        assert pattern.split(path, "page") is None


def test_a_stored_site_file_is_judged_as_any_other(tmp_path: Path) -> None:
    text = VALID.replace(r"list(?P<page>\d+)?", r"list(?P<page>\d+)?(?:(?=(a+)+b)a)?", 1)
    folder = build_archive(tmp_path / "archive", [{"title": "Snow"}], facts={"site": "valley-news", "site_file": text})
    for words in (["show", "1"], ["status"], ["verify", "--workers", "1"]):
        code, _, said = execute(folder, *words)
        assert code == 7
        assert "the archive's site file line 19: addresses.list: the pattern does not compile" in said
        assert "Traceback" not in said
