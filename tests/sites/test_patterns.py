"""Whatever a stranger writes as a pattern of addresses: it is refused in a line, or no path takes it long."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from harbincrawl.errors import SiteFileError
from harbincrawl.sites.patterns import PathPattern
from harbincrawl.sites.reader import parse_site
from tests.sites.test_reader import VALID
from tests.support.archives import build_archive
from tests.support.crawling import execute
from tests.support.families import sample

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
