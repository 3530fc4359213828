"""Words of the texts: every place of one, what one part of the archive speaks of more, both ways beside another."""

from __future__ import annotations

import sqlite3
from itertools import islice
from typing import NamedTuple, cast
from urllib.parse import quote

from harbincrawl.search.corpus.concordance import SORTS, Concordance, ConcordanceLine, Sort
from harbincrawl.search.corpus.keywords import LEAST, Keyword, Keywords, compare_parts, find_keywords
from harbincrawl.search.filters import Filters, list_given
from harbincrawl.search.query.grammar import read_query
from harbincrawl.search.query.matching import list_wanted_leaves
from harbincrawl.search.query.tree import All, Near, Phrase, write_query
from harbincrawl.serve.answers import WebAnswer, make_csv, make_json
from harbincrawl.serve.figures import describe_choice, quote_queries
from harbincrawl.serve.links import Links, Pairs, Parameters
from harbincrawl.serve.visit import Visit

from .bench import (
    WITHOUT_OTHER,
    address_tab,
    frame_bench,
    keeping_form,
    list_orders,
    list_sections,
    refusing,
)
from .examples import make_example

_LINES = 200
"""Lines of a concordance on its page; the CSV has all."""
_FEW = 20
"""Lines and words of an example."""
_WORDS_OF_PLACE = 4
"""By which a place in an article is found."""
LETTERS = 8_000_000
"""Characters that are counted in some two seconds: of longer texts, keywords are those of a sample."""
_EXAMPLE_LETTERS = 2_000_000
"""Characters that are counted for an example, which nobody asked for."""
_WORDS = 50
"""Keywords on their page; CSV has all, of all texts."""
_MOST = 500
"""Keywords of a JSON: to test all of a large archive takes longer than an answer may."""
_BOTH = 30
"""Words of each side on the page that compares two."""
_FORMS = ("csv", "svg", "json")
_OPERATORS = frozenset(("AND", "&&"))
_LONGEST = 1000
"""Characters of a query that a link may have."""


class LookedFor(NamedTuple):
    """What a concordance of a query is of."""

    word: str
    others: tuple[str, ...]
    """Further words and phrases of the query."""
    is_part: bool
    """Whether the query asks for more than the word: then places are those in its hits."""


class WordRow(NamedTuple):
    """A word with its numbers in two parts, and the pages that have it; an empty address: no search can find these."""

    word: Keyword
    address: str
    against_address: str
    bar: float = 0
    """Percent of the greatest share of all that are shown."""
    against_bar: float = 0


@keeping_form("concordance")
def show_concordance(visit: Visit, asked: Parameters) -> WebAnswer:
    """The places of the word `q`; the other parameters are filters and the order."""
    is_page = visit.form == "html"
    used = make_example(visit.reader, "concordance", asked) if is_page and not asked.q else asked
    looked = find_word(used.q if used else "")

    def find() -> Concordance:
        filters = asked.filters._replace(query=asked.q if looked.is_part else "")
        sort = asked.sort if asked.sort in SORTS else "newest"
        return Concordance(visit.reader.connection, looked.word, filters, sort=cast(Sort, sort), copies=asked.copies)

    concordance = None
    if looked.word or asked.q or visit.form == "csv":
        with refusing(asked, "q", asked.q):
            concordance = find()
    if visit.form == "csv":
        return make_csv("concordance.csv", ConcordanceLine._fields, concordance or ())
    lines = iter(concordance or ())
    shown = list(islice(lines, _FEW if used is not asked else _LINES))
    for _ in lines:  # the rest is counted
        pass
    total, articles = (concordance.lines, concordance.articles) if concordance else (0, 0)
    if visit.form == "json":
        objects = [line._asdict() for line in shown]
        return make_json({"word": asked.q, "total": total, "articles": articles, "lines": objects})
    pairs = (used or asked)._replace(page=1).pairs()
    return visit.show(
        "concordance.html", "In context", **frame_bench(visit, "concordance", asked)
        | {"example": address_tab(visit.links, "concordance", used) if used and used is not asked else None},
        lines=[(line, visit.links.article(line.id, "", pairs) + write_fragment(line)) for line in shown],
        looked=looked, total=total, articles=articles,
        words=[(each, address_tab(visit.links, "concordance", asked.change(q=each))) for each in looked.others],
        orders=list_orders(visit.links, "concordance", asked),
        taken={form: visit.links.to(f"/concordance.{form}", pairs) for form in ("csv", "json")},
    )  # fmt: skip


def write_fragment(line: ConcordanceLine) -> str:
    """The end of an address that leads to the very place: browsers look for its words (WICG's text fragments).

    The article marks stems, so numbers of its places would be others. Where its words are not found, it is the first.
    """
    words = " ".join(f"{line.word}{line.right}".split()[:_WORDS_OF_PLACE])
    return f"#hit-1:~:text={quote(words, safe='').replace('-', '%2D')}"


def find_word(query: str) -> LookedFor:
    """The word, phrase or beginning in a query whose places are shown: all of it where it is words and nothing more.

    Words that stand beside each other are looked for one behind the other.
    """
    tree = read_query(query, keep_stop_words=True).tree
    parts = tree.parts if isinstance(tree, All) else (tree,)
    bare = all(isinstance(each, Phrase) and each.field is None for each in parts)
    if tree is None or (bare and not _OPERATORS & set(query.split())):
        return LookedFor(query, (), is_part=False)
    leaves = [
        f"{part.text}{'*' * part.prefix}"
        for leaf in list_wanted_leaves(tree)
        for part in (leaf.parts if isinstance(leaf, Near) else (leaf,))
    ]
    first, *others = dict.fromkeys(leaves) or [query]
    return LookedFor(first, tuple(others), is_part=True)


def read_other(visit: Visit, asked: Parameters) -> Filters | None:
    """What the words of a choice are compared with; None: all other articles."""
    return None if visit.query.get(WITHOUT_OTHER[0]) == WITHOUT_OTHER[1] else asked.other


def find_words(
    connection: sqlite3.Connection,
    asked: Parameters,
    against: Filters | None,
    letters: int | None = None,
    limit: int | None = None,
) -> Keywords | None:
    """The keywords of a choice, of a sample where `letters` are too few; None where it is the whole archive."""
    if not asked.filters.restricts():
        return None
    return find_keywords(connection, asked.filters, against, limit=limit, letters=letters, copies=asked.copies)


def list_pairs(asked: Parameters, against: Filters | None) -> Pairs:
    """Names and values of keywords for an address."""
    pairs = asked._replace(page=1).pairs()
    return pairs if against or not asked.other else [*pairs, WITHOUT_OTHER]


@keeping_form("keywords")
def show_keywords(visit: Visit, asked: Parameters) -> WebAnswer:
    """The words that one part has more often; for programs also against another part, which people compare it with."""
    against = read_other(visit, asked)
    if against and visit.form == "html":
        # Not by a redirect: what reads all texts has a queue, and nobody waits in it twice.
        return show_compare(visit)
    if visit.form == "csv":
        found = find_words(visit.reader.connection, asked, against)
        return make_csv("keywords.csv", Keyword._fields, found.words if found else ())
    if visit.form == "json":
        found = find_words(visit.reader.connection, asked, against, LETTERS, _MOST)
        return make_json(found.as_object() if found else None)
    used = asked if asked.filters.restricts() else make_example(visit.reader, "keywords", asked)
    both = _compare(visit, used, None, is_example=used is not asked) if used else None
    keywords = both[0] if both else None
    rows = [
        WordRow(each, _address_word(visit.links, used, each.word), _address_rest(visit.links, used, each.word))
        for each in (keywords.words[: _FEW if used is not asked else _WORDS] if keywords else ())
        if used
    ]
    return visit.show(
        "keywords.html", "Words", **frame_bench(visit, "keywords", asked)
        | {"example": address_tab(visit.links, "keywords", used) if used and used is not asked else None},
        used=used, keywords=keywords, rows=rows, least=LEAST, name=describe_part(used or asked, list_sections(visit)),
        taken={each: visit.links.to(f"/keywords.{each}", list_pairs(used or asked, None)) for each in _FORMS},
    )  # fmt: skip


@keeping_form("compare")
def show_compare(visit: Visit, asked: Parameters) -> WebAnswer:
    """The words of two parts beside each other; parameters that begin with `against_` choose the other one."""
    is_asked = asked.filters.restricts() or asked.other is not None
    used = asked if is_asked else make_example(visit.reader, "compare", asked)
    both = _compare(visit, used, used.other, is_example=used is not asked) if used else None
    sides: list[list[WordRow]] = [[], []]
    if both and used:
        words = [each.words[: _FEW if used is not asked else _BOTH] for each in both]
        most = max((each.per_million for side in words for each in side), default=0)
        for side, keywords in enumerate(words):
            for each in keywords:
                one = _address_word(visit.links, used, each.word)
                two = (_address_word(visit.links, used.swap(), each.word) if used.other
                       else _address_rest(visit.links, used, each.word))  # fmt: skip
                bars = [round(100 * share / most, 1) for share in (each.per_million, each.against_per_million)]
                sides[side].append(WordRow(each, *((two, one) if side else (one, two)), *bars))
    turned = (used or asked).swap()
    sections = list_sections(visit)
    return visit.show(
        "compare.html", "Compare", **frame_bench(visit, "compare", asked)
        | {"example": address_tab(visit.links, "compare", used) if used and used is not asked else None},
        used=used, both=both, sides=sides, least=LEAST,
        names=[describe_part(each, sections) for each in (used or asked, turned)],

        turned=address_tab(visit.links, "compare", turned) if asked.other else None,
        taken=[
            {form: visit.links.to(f"/keywords.{form}", each._replace(page=1).pairs()) for form in ("csv", "json")}
            for each in ([used or asked, turned] if (used or asked).other else [used or asked])
        ],
    )  # fmt: skip


def describe_part(asked: Parameters, sections: dict[str, str]) -> str:
    """A choice in words, to stand behind "articles"; empty: nothing was chosen."""
    finds = f"that have {quote_queries([asked.q])}" if asked.q else ""
    return " ".join(filter(None, (describe_choice(asked, sections), finds)))


def _compare(visit: Visit, used: Parameters, against: Filters | None, *, is_example: bool) -> tuple[Keywords, Keywords]:
    letters = _EXAMPLE_LETTERS if is_example else LETTERS
    return visit.reader.remember(
        ("words", used.filters, against, used.copies, letters),
        lambda: compare_parts(
            visit.reader.connection, used.filters, against, limit=_WORDS, letters=letters, copies=used.copies
        ),
    )


def _address_word(links: Links, asked: Parameters, word: str) -> str:
    """The hits of a part that have a word."""
    query = add_word(asked.q, word)
    return address_tab(links, "search", asked.change(q=query)) if len(query) <= _LONGEST else ""


def _address_rest(links: Links, asked: Parameters, word: str) -> str:
    """The articles outside a part that have a word; empty where a query cannot say which these are."""
    if list_given(asked.filters).keys() - {"date"} or not asked.q:
        return ""
    tree = read_query(asked.q).tree
    query = f'"{word}" NOT {write_query(tree, "NOT")}' if tree else ""
    return address_tab(links, "search", asked.change(q=query)) if 0 < len(query) <= _LONGEST else ""


def add_word(query: str, word: str) -> str:
    """A query that finds what `query` finds, and has the word, which is letters and digits."""
    tree = read_query(query).tree
    return f'{write_query(tree, "AND")} AND "{word}"' if tree else f'"{word}"'
