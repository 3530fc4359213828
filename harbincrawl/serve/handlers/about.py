"""A page about every address, parameter and field."""

from __future__ import annotations

from harbincrawl.export.fields import PARTS, profile_fields
from harbincrawl.search.filters import SHARED
from harbincrawl.search.hits import SORTS
from harbincrawl.serve.answers import WebAnswer, make_json
from harbincrawl.serve.links import ORDERS
from harbincrawl.serve.visit import Visit

PARAMETERS = (
    (
        "q",
        'The query, in the language of `harbincrawl search`: words, "phrases", AND OR NOT, -word, prefix*, title:word.',
    ),
    *((each.name, f"{each.help} One of {', '.join(each.choices)}." if each.choices else each.help) for each in SHARED),
    ("sort", f"One of {', '.join(ORDERS)}; hits know {', '.join(SORTS)}; feeds: newest unless given."),
    ("copies", "1: copies of an article are hits of their own."),
    ("by", "Periods of /trends: month or year."),
    ("smooth", "Periods of /trends of which each share is, 1 to 120."),
    ("against_q", "The query of the choice that /compare and /keywords compare with; so against_section …"),
    ("against", "all: /keywords compares with all other articles, whatever against_… says."),
    ("after", "The cursor of the next page; only in pages and in /search.json."),
)
ADDRESSES = (
    (
        "/",
        "/index.json",
        "What is new, what changed, this day in other years, words of the month, numbers, health.",
    ),
    ("/search?q=…", "/search.json", "A page of hits with facets, hits by month and the cursor of the next page."),
    ("/search.csv?q=… · /search.jsonl?q=…", "", "All hits of the same search, however many."),
    ("/search.atom?q=…", "", "The first fifty hits as a feed, newest first."),
    (
        "/articles/ID",
        "/articles/ID.json",
        "One article; JSON is the record below. With the parameters of a search its places are marked.",
    ),
    ("/articles/ID.bib · .csl · .ris", "", "How to cite it."),
    ("/articles/ID/revisions", "/articles/ID/revisions.json", "All its revisions, with their captures."),
    (
        "/articles/ID/revisions/2 · .bib · .csl · .ris",
        "/articles/ID/revisions/2.json",
        "One of them as the page said it, with its response, digest, seal and time stamp: what citations name.",
    ),
    ("/articles/ID/revisions/1..2", "/articles/ID/revisions/1..2.json", "Two of them compared word by word."),
    ("/changes", "/changes.json", "What changed after publication, what was seen last first; month=2024-05, page=2."),
    ("/days/11-30", "/days/11-30.json", "All articles of a day of the year, the newest year first; page=2."),
    (
        "/captures/N",
        "/captures/N.json",
        "A response of the server: when, from where, which revision it shows, digest, seal, time stamp, its neighbours"
        " in time; list=2 is a page of the list of all captures of that address.",
    ),
    (
        "/captures/N..M",
        "/captures/N..M.json",
        "Two of them side by side, the earlier one first, with the passages that differ.",
    ),
    ("/captures/N/page", "", "The page as it was captured, made safe; against=M marks what capture M does not have."),
    ("/captures/N/raw", "", "Its bytes, Content-Encoding undone."),
    ("/media/HASH", "", "A kept picture."),
    ("/sections · /authors · /sources", "/sections.json …", "All values with their numbers of articles."),
    (
        "/trends?q=…&q=… · /trends.csv · /trends.svg",
        "/trends.json",
        "Several queries over time; by=month or by=year, smooth=5, date, since, until, section …",
    ),
    (
        "/concordance?q=… · /concordance.csv?q=…",
        "/concordance.json",
        "The first places of a word, as CSV all; sort=newest, oldest, left or right, since, until, section …",
    ),
    (
        "/keywords?since=… · /keywords.csv · /keywords.svg",
        "/keywords.json",
        "The words that the chosen articles have more often than all others, or than those that against_… chooses.",
    ),
    ("/compare?since=…&against_until=…", "", "The words of two choices; those of the other one begin with against_."),
    ("/status", "/status.json", "Runs, lists, failures, health."),
    ("/feed.atom", "", "New and changed articles."),
    ("/query", "", "The query language, with examples that run."),
    ("/watches", "/watches.json", "The saved searches; /watches/NAME.atom is the feed of one, an entry a change."),
)


def show_api(visit: Visit) -> WebAnswer:
    """Every address, parameter and field."""
    fields = profile_fields("full")
    if visit.form == "json":
        return make_json({
            "addresses": [{"page": page, "json": json, "what": what} for page, json, what in ADDRESSES],
            "parameters": dict(PARAMETERS),
            "fields": {each.name: each.meaning for each in fields},
        })  # fmt: skip
    parts = [(f"{field.name}.{part.name}", part) for field in fields for part in PARTS.get(field.kind, ())]
    rows = [(field.name, field) for field in fields] + parts
    return visit.show("api.html", "API", here="api", addresses=ADDRESSES, names=PARAMETERS, fields=rows)
