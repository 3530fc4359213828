"""How long do trends, concordances and keywords take, and what does pandas take for the same answers?

    python -m benchmarks.corpus [ARTICLES]... [--folder DIR] [--peers-up-to ARTICLES]

ARTICLES is 10000 (seconds to build), 100000 or 1000000 (minutes). Each question is asked in a process of its own.
pandas reads the articles into a frame first, in a notebook once for all questions: that is a time of its own. Times are
processor time, of one core. Answers are compared.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmarks._measure import HIDING, ROOT, Cost, measure
from benchmarks.search_archive import COMMON, RARE, build
from harbincrawl import open_archive
from harbincrawl.archive.database.connection import FILE, open_reader

PART, OTHER = {"since": "2020", "until": "2020"}, {"since": "2019", "until": "2019"}
QUESTIONS = {
    "trends": "two words by month",
    "concordance of a rare word": "a word in 1% of the articles",
    "concordance": "a word in 28% of the articles",
    "keywords": "2020 against 2019",
    "keywords of all": "2020 against all other years",
}


def ask_harbincrawl(folder: Path) -> dict[str, Callable[[], Any]]:
    """Our answers, by question; a word as it is, since pandas stems nothing."""

    def compare(against: Any) -> Any:
        # Without the test of words, for which pandas has nothing.
        from harbincrawl.corpus.keywords import rank_words
        from harbincrawl.corpus.parts import count_parts
        from harbincrawl.search.filters import Filters

        with closing(open_reader(folder)) as connection:
            other = None if against is None else Filters(**against)
            found = rank_words(count_parts(connection, Filters(**PART), other))
        return [(each.word, each.frequency, each.against_frequency) for each in found]

    def count(word: str) -> Any:
        # Lines that are read one by one are not kept.
        from harbincrawl.corpus.concordance import Concordance
        from harbincrawl.search.filters import Filters

        with closing(open_reader(folder)) as connection:
            return sum(1 for _ in Concordance(connection, word, Filters()))

    archive = open_archive(folder)
    return {
        "trends": lambda: [(row.query, row.period, row.articles, row.hits) for row in
                           archive.trends(COMMON, RARE, by="month")],
        "concordance of a rare word": lambda: count(RARE),
        "concordance": lambda: count(COMMON),
        "keywords": lambda: compare(OTHER),
        "keywords of all": lambda: compare(None),
    }  # fmt: skip


def ask_pandas(folder: Path) -> dict[str, Callable[[], Any]]:
    """The same answers by pandas alone, as one would write them down in a notebook."""
    import pandas

    connection = open_reader(folder)
    every = pandas.read_sql(
        "SELECT a.number, d.original, a.updated, a.title || ' ' || a.body AS text"
        " FROM articles AS a LEFT JOIN duplicates AS d ON d.number = a.number",
        connection,
    )
    connection.close()
    every["day"] = pandas.to_datetime(every["updated"])
    frame = every[every["original"].isna()]

    def trends() -> Any:
        period = every["day"].dt.strftime("%Y-%m")
        articles = frame.groupby(period).size()
        rows = []
        for query in (COMMON, RARE):
            found = every[every["text"].str.contains(rf"\b{query}\b", case=False)]
            hits = found[~found["original"].isin(found["number"])].groupby(period).size()
            rows += [(query, each, int(articles[each]), int(hits.get(each, 0))) for each in articles.index]
        return rows

    def concordance(word: str) -> Any:
        pattern = re.compile(rf"\b{word}\b", re.IGNORECASE)
        hits = frame.loc[frame["text"].str.contains(pattern), "text"]
        return len(hits.map(lambda text: [_cut(text, match) for match in pattern.finditer(text)]).explode())

    def keywords(is_other: Any) -> Any:
        def count_words(texts: Any) -> Any:
            return texts.str.lower().str.findall(r"[a-z0-9]+").explode().value_counts()

        year = frame["day"].dt.year
        part, other = count_words(frame.loc[year == 2020, "text"]), count_words(frame.loc[is_other(year), "text"])
        both = pandas.DataFrame({"part": part, "other": other}).fillna(0)
        more = both[both["part"] / both["part"].sum() > both["other"] / both["other"].sum()]
        more = more[(more["part"] + more["other"] >= 5) & more.index.str.contains("[a-z]")]
        return [(word, int(row["part"]), int(row["other"])) for word, row in more.iterrows()]

    return {
        "trends": trends,
        "concordance of a rare word": lambda: concordance(RARE),
        "concordance": lambda: concordance(COMMON),
        "keywords": lambda: keywords(lambda year: year == 2019),
        "keywords of all": lambda: keywords(lambda year: year != 2020),
    }


def _cut(text: str, match: re.Match[str]) -> tuple[str, str, str]:
    first, last = match.span()
    return text[max(0, first - 60) : first], match[0], text[last : last + 60]


MAKERS = {"harbincrawl": ask_harbincrawl, "pandas": ask_pandas}


def answer(who: str, question: str, folder: Path) -> None:
    """Asks one question in this process; prints what it took as JSON."""
    begin = time.process_time()
    ask = MAKERS[who](folder)[question]
    opened = time.process_time()
    found = ask()
    took = time.process_time() - opened
    found = sorted(found) if isinstance(found, list) else found
    print(json.dumps({"opened": opened - begin, "took": took, "found": found}))


def compare(folder: Path, articles: int, peers: bool) -> None:
    """A line for each question; fails where the answers differ."""
    build(folder, articles)
    size = (folder / FILE).stat().st_size / 1e6
    print(f"{articles:,} articles, {size:,.0f} MB\n")
    print("| question | harbincrawl | memory | pandas | reading the frame | memory |\n|---|---|---|---|---|---|")
    for question, meaning in QUESTIONS.items():
        costs: dict[str, tuple[Cost, Any]] = {}
        for who in MAKERS if peers else ["harbincrawl"]:
            words = [sys.executable, "-m", "benchmarks.corpus", "--ask", who, question, "--folder", folder]
            shown = HIDING if who == "harbincrawl" else os.environ | {"PYTHONPATH": str(ROOT)}
            cost = measure(words, environment=shown)
            costs[who] = cost, json.loads(cost.out)
        ours, mine = costs["harbincrawl"]
        cells = [f"{mine['took']:.2f} s", f"{ours.memory:,.0f} MB"]
        if peers:
            theirs, told = costs["pandas"]
            assert told["found"] == mine["found"], question
            cells += [f"{told['took']:.2f} s", f"{told['opened']:.2f} s", f"{theirs.memory:,.0f} MB"]
        print(f"| {question}: {meaning} | {' | '.join(cells)} |" + " - |" * (0 if peers else 3), flush=True)


def main() -> None:
    """One table a size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("articles", nargs="*", type=int, default=[10_000, 100_000])
    parser.add_argument("--folder", type=Path, help="keep the archives here")
    parser.add_argument("--peers-up-to", type=int, default=100_000, help="a larger frame takes too much memory")
    parser.add_argument("--ask", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.ask:
        answer(*given.ask, given.folder)
        return
    for articles in given.articles:
        with tempfile.TemporaryDirectory() as temporary:
            folder = (given.folder or Path(temporary)) / str(articles)
            compare(folder, articles, articles <= given.peers_up_to)


if __name__ == "__main__":
    main()
