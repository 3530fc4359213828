"""Are copies found, all of them and nothing else, and how fast beside datasketch?

Prints what word shingles of several widths and thresholds say of labelled pairs, the recall of signatures against a
comparison of all pairs, the processor time an article beside datasketch doing the same, and the time within an
archive. Run: python benchmarks/near_duplicates.py [ARTICLES]
"""

from __future__ import annotations

import random
import re
import sqlite3
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import combinations, count, pairwise
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks._measure import report_aim
from harbincrawl.archive.database.connection import CACHE_KB
from harbincrawl.duplicates import shingles
from harbincrawl.duplicates.links import link_all, link_copies
from harbincrawl.duplicates.tables import TABLES
from tests.support.twin.newsroom.news import Newsroom

FILLERS = ("nearly", "local", "new", "the", "a", "city", "major", "officials", "said", "about")
LENGTHS = (1, 2, 3, 4, 5, 5, 6, 8, 12)
"""Paragraphs of an article."""
BRUTE = 1500
"""Articles of which all pairs are compared."""
Pairs = set[tuple[int, int]]


class Case(NamedTuple):
    """Two texts and whether one is a copy of the other; None: people would differ."""

    name: str
    copy: bool | None
    one: str
    other: str


def retouch(dice: random.Random, text: str, share: float) -> str:
    """`text` with a share of its words changed: other figures, other words."""
    words = text.split()
    for place in dice.sample(range(len(words)), max(1, round(len(words) * share))):
        figure = re.sub(r"\d+", lambda found: str(int(found[0]) + dice.randint(1, 9)), words[place])
        words[place] = figure if figure != words[place] else dice.choice(FILLERS)
    return " ".join(words)


def make_cases(seed: int, each: int) -> Iterator[Case]:
    """Labelled hard cases, `each` of every kind."""
    dice = random.Random(seed)
    news = Newsroom(dice)

    def write(topic: str, number: int) -> list[str]:
        return [news.paragraph(topic, dice.choice((1, 2, 2, 3))) for _ in range(number)]

    def case(name: str, copy: bool | None, one: list[str], other: list[str]) -> Case:
        return Case(name, copy, "\n\n".join(one), "\n\n".join(other))

    for _ in range(each):
        topic = news.topic()
        story = write(topic, dice.choice(LENGTHS))
        five = write(topic, 5)
        near = [retouch(dice, paragraph, 0.03) for paragraph in five]
        yield case("the same text", True, story, story)
        for percent in (1, 2, 3, 4):
            other = [retouch(dice, paragraph, percent / 100) for paragraph in story]
            yield case(f"{percent}% of the words changed", True, story, other)
        yield case("a sentence added to five paragraphs", True, five, [*near, news.sentence(topic)])
        yield case("6% of the words changed", None, story, [retouch(dice, paragraph, 0.06) for paragraph in story])
        yield case(
            "one paragraph of six replaced, the rest the same", None, five + write(topic, 1), five + write(topic, 1)
        )
        yield case("one of six replaced, the rest retouched", False, five + write(topic, 1), near + write(topic, 1))
        yield case("the first five of six, retouched", None, five, near + write(topic, 1))
        yield case("the first three of six, as a brief", False, five[:3], near + write(topic, 1))
        yield case("five of eight shared, retouched", False, five + write(topic, 3), near + write(topic, 3))
        yield case("five of twelve shared", False, five + write(topic, 7), write(topic, 7) + five)
        yield case("a block of three shared in six", False, five[:3] + write(topic, 3), write(topic, 3) + five[:3])
        yield case("rewritten", False, story, write(topic, len(story)))


def measure_decisions(each: int) -> None:
    """Prints precision and recall of widths and thresholds, and how each kind of case comes out with ours."""
    cases = list(make_cases(1, each))
    print(f"labelled pairs ({each} of a kind): precision / recall by shingle width and threshold")
    thresholds = (0.65, 0.7, 0.75, 0.8, 0.85, 0.9)
    print("  words " + "".join(f"{threshold:>16.2f}" for threshold in thresholds))
    ours = shingles.WIDTH
    for width in (1, 2, 3, 4):
        shingles.WIDTH = width
        values = [weigh_sets(*map(shingles.read_shingles, (case.one, case.other))) for case in cases]
        rows = [precision_recall(cases, values, threshold) for threshold in thresholds]
        print(f"  {width:>5} " + "".join(f"   {precision:.3f} / {recall:.3f}" for precision, recall in rows))
        if width == ours:
            kinds = defaultdict(list)
            for case, value in zip(cases, values, strict=True):
                kinds[case.copy, case.name].append(value)
            chosen = precision_recall(cases, values, shingles.THRESHOLD)
    shingles.WIDTH = ours
    print(f"ours, {ours} words from {shingles.THRESHOLD} on: precision {chosen[0]:.4f}, recall {chosen[1]:.4f}")
    for name, value in zip(("precision", "recall"), chosen, strict=True):
        report_aim(f"near-duplicates, {name} on labelled pairs", value, 0.99, at_least=True)
    for (copy, name), values in kinds.items():
        label = {True: "copy", False: "none", None: "open"}[copy]
        linked = sum(value >= shingles.THRESHOLD for value in values) / len(values)
        print(f"  {label}  {name:<50} {linked:7.1%} linked, weight {min(values):.2f} to {max(values):.2f}")


def weigh_sets(one: Any, other: Any) -> float:
    """How much two sets of shingles are those of copies, as an archive decides it."""
    return shingles.weigh_similarity(shingles.measure_jaccard(one, other), len(one), len(other))


def precision_recall(cases: list[Case], values: list[float], threshold: float) -> tuple[float, float]:
    """Of the pairs from `threshold` on, the share that are copies; of the copies, the share that is found."""
    found = [case.copy for case, value in zip(cases, values, strict=True) if value >= threshold]
    copies = sum(case.copy is True for case in cases)
    right = found.count(True)
    return right / (right + found.count(False)), right / copies


def make_texts(number: int) -> list[str]:
    """Texts as an archive has them: one in ten is a copy, most of them retouched."""
    dice = random.Random(3)
    news = Newsroom(dice)
    texts: list[str] = []
    for _ in range(number):
        if texts and dice.random() < 0.1:
            texts.append(retouch(dice, dice.choice(texts), dice.choice((0.005, 0.01, 0.02, 0.04, 0.06))))
        else:
            topic = news.topic()
            texts.append("\n\n".join(news.paragraph(topic) for _ in range(dice.choice(LENGTHS))))
    return texts


def all_pairs(texts: list[str]) -> Pairs:
    """The truth: every two texts compared."""
    sets = [shingles.read_shingles(text) for text in texts]
    return {
        (one, other)
        for one, other in combinations(range(len(sets)), 2)
        if min(len(sets[one]), len(sets[other])) >= shingles.FEWEST
        and max(len(sets[one]), len(sets[other])) <= min(len(sets[one]), len(sets[other])) * shingles.LONGER
        and weigh_sets(sets[one], sets[other]) >= shingles.THRESHOLD
    }


def our_pairs(texts: list[str]) -> Pairs:
    """Similar pairs by our signatures and bands, in memory."""
    found: Pairs = set()
    buckets: dict[int, list[int]] = defaultdict(list)
    sets, signatures = [], []
    for number, text in enumerate(texts):
        read = shingles.read_shingles(text)
        signature = shingles.make_signature(read) or b""
        sets.append(read)
        signatures.append(signature)
        if not signature:
            continue
        candidates: set[int] = set()
        for key in shingles.make_band_keys(signature):
            candidates.update(buckets[key])
            buckets[key].append(number)
        ordered = sorted(candidates)
        estimates = shingles.estimate_jaccard(signature, [signatures[other] for other in ordered])
        for other, estimate in zip(ordered, estimates, strict=True):
            if (
                shingles.weigh_similarity(estimate + shingles.SLACK, len(sets[other]), len(read)) >= shingles.THRESHOLD
                and weigh_sets(sets[other], read) >= shingles.THRESHOLD
            ):
                found.add((other, number))
    return found


def datasketch_pairs(texts: list[str], **arguments: Any) -> Pairs:
    """The same by datasketch, as its documentation shows it: MinHash over the same shingles and LSH."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=shingles.THRESHOLD, **arguments)
    found: Pairs = set()
    sets: list[set[bytes]] = []
    for number, text in enumerate(texts):
        words = re.findall(r"\w+", text.casefold())
        read = {f"{one} {other}".encode() for one, other in pairwise(words)}
        sets.append(read)
        if len(read) < shingles.FEWEST:
            continue
        signature = MinHash(num_perm=arguments["num_perm"])
        signature.update_batch(read)
        for other in index.query(signature):
            shared = len(sets[other] & read)
            similarity = shared / (len(sets[other]) + len(read) - shared)
            if shingles.weigh_similarity(similarity, len(sets[other]), len(read)) >= shingles.THRESHOLD:
                found.add((other, number))
        index.insert(number, signature)
    return found


def timed(find: Callable[[], Pairs], number: int) -> tuple[Pairs, float]:
    """(what was found, milliseconds of processor time an article): the best of three."""
    best = float("inf")
    for _ in range(3):
        started = time.process_time()
        found = find()
        best = min(best, time.process_time() - started)
    return found, best / number * 1000


def measure_speed(number: int) -> None:
    """Prints recall against all pairs and the time beside datasketch."""
    texts = make_texts(BRUTE)
    truth = all_pairs(texts)
    ours = our_pairs(texts)
    right = len(ours & truth)
    print(
        f"signatures against all pairs of {BRUTE:,} texts: {len(truth)} similar,"
        f" recall {right / len(truth):.4f}, precision {right / len(ours):.4f}"
    )
    assert ours <= truth
    assert right / len(truth) >= 0.99
    report_aim("near-duplicates, recall of signatures against all pairs", right / len(truth), 0.99, at_least=True)
    texts = make_texts(number)
    ours, our_time = timed(lambda: our_pairs(texts), number)
    print(f"similar pairs among {number:,} texts, in memory, milliseconds an article")
    print(f"  {'harbincrawl':<44} {our_time:.3f}   {len(ours)} pairs")
    try:
        import datasketch
    except ImportError:
        print("  datasketch is not installed: pip install datasketch")
        return
    peers: dict[str, dict[str, Any]] = {
        "its default, 128 permutations": {"num_perm": 128},
        "our bands, 64 permutations": {"num_perm": 64, "params": (shingles.BANDS, shingles.ROWS)},
    }
    for name, arguments in peers.items():
        found, peer_time = timed(lambda arguments=arguments: datasketch_pairs(texts, **arguments), number)  # type: ignore[misc]
        name = f"datasketch {datasketch.__version__}, {name}"
        recall = len(found & ours) / len(ours)
        print(
            f"  {name:<44} {peer_time:.3f}   {len(found)} pairs, {recall:.1%} of ours;"
            f" {peer_time / our_time:.1f} times our time"
        )
        if arguments["num_perm"] == 128:
            report_aim("near-duplicates: times datasketch's speed", peer_time / our_time, 5, at_least=True)


def measure_archive(number: int) -> None:
    """Prints the time that linking takes within a database file, a batch of 100 a time, and that of a rebuild."""
    texts = make_texts(number)
    for name, order in (("oldest first", range(number)), ("newest first", range(number - 1, -1, -1))):
        with tempfile.TemporaryDirectory() as folder:
            connection = open_archive(Path(folder) / "articles.db", texts)
            changes = count().__next__
            spent = []
            for first in range(0, number, 100):
                connection.execute("BEGIN IMMEDIATE")
                started = time.process_time()
                link_copies(connection, order[first : first + 100], changes)
                connection.execute("COMMIT")
                spent.append((time.process_time() - started) / 100 * 1000)
            (copies,) = connection.execute("SELECT count(*) FROM duplicates").fetchone()
            last = sum(spent[-10:]) / len(spent[-10:])
            each = sum(spent) / len(spent)
            print(f"in an archive, {name}: {each:.3f} ms an article, {last:.3f} at the end; {copies} copies")
            started = time.process_time()
            connection.execute("BEGIN IMMEDIATE")
            link_all(connection)
            connection.execute("COMMIT")
            print(f"  rebuild {(time.process_time() - started) / number * 1000:.3f} ms an article")
            assert connection.execute("SELECT count(*) FROM duplicates").fetchone() == (copies,)
            connection.close()


def make_families(number: int, family: int) -> list[str]:
    """Texts of which each `family` are one story, its words changed here and there: copies, and such as are none."""
    dice = random.Random(5)
    news = Newsroom(dice)
    stories = [
        "\n\n".join(news.paragraph(news.topic()) for _ in range(dice.choice((2, 4, 6))))
        for _ in range(number // family)
    ]
    shares = (0.005, 0.01, 0.02, 0.03, 0.04, 0.06, 0.08)
    return [retouch(dice, dice.choice(stories), dice.choice(shares)) for _ in range(number)]


def measure_rebuild(sizes: tuple[int, ...]) -> None:
    """Prints the processor time of rebuilds: of texts as in an archive, of large families, of one article reprinted."""
    kinds: dict[str, Callable[[int], list[str]]] = {
        "one in ten a copy": make_texts,
        "families of 500": lambda number: make_families(number, 500),
        "one article": lambda number: make_texts(1) * number,
    }
    print("rebuild, seconds of processor time" + "".join(f"{size:>10,}" for size in sizes))
    for name, make in kinds.items():
        spent = []
        for size in sizes:
            with tempfile.TemporaryDirectory() as folder:
                connection = open_archive(Path(folder) / "articles.db", make(size))
                if name == "one article":
                    connection.execute("UPDATE articles SET fingerprint = 'f'")
                connection.execute("BEGIN IMMEDIATE")
                started = time.process_time()
                link_all(connection)
                spent.append(time.process_time() - started)
                connection.close()
        print(f"  {name:<32}" + "".join(f"{each:>10.2f}" for each in spent), flush=True)


def open_archive(path: Path, texts: list[str]) -> sqlite3.Connection:
    """A database with the columns that linking reads."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", f"cache_size = -{CACHE_KB}"):
        connection.execute(f"PRAGMA {pragma}")
    connection.executescript(
        TABLES + "CREATE TABLE articles(key INTEGER PRIMARY KEY, number INTEGER UNIQUE, fingerprint TEXT, body TEXT,"
        " captions TEXT, change INTEGER, created TEXT);"
        " CREATE INDEX articles_fingerprint ON articles(fingerprint, created, number);"
        " CREATE TABLE duplicates(number INTEGER PRIMARY KEY, original INTEGER, similarity REAL, kind TEXT);"
        " CREATE INDEX duplicates_original ON duplicates(original);"
    )
    rows = ((number, number, f"{number:064}", text) for number, text in enumerate(texts))
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO articles VALUES (?, ?, ?, ?, NULL, 0, '2024-05-01')", rows)
    connection.execute("COMMIT")
    return connection


if __name__ == "__main__":
    articles = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    measure_decisions(1_000)
    measure_speed(min(articles, 3_000))
    measure_archive(articles)
    measure_rebuild((articles // 2, articles * 2))
