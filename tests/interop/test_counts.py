"""Word lists, collocations, intervals and keywords are what NLTK and SciPy make of the same texts."""

from __future__ import annotations

import json
import random
from collections import Counter
from math import log2
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from harbincrawl.cli.main import cli
from harbincrawl.corpus.trends import find_interval
from tests.support.archives import build_archive
from tests.support.corpus_cases import build_signed, cut_articles, fold, make_signed_articles

pytestmark = [pytest.mark.interop, pytest.mark.filterwarnings("default")]

ARTICLES = {each["number"]: each for each in make_signed_articles()}
LINES = cut_articles(ARTICLES.values())
DICE = np.random.default_rng(8)
WORDS = ("otter", "heron", "ice", "tram", "metro", "snow", "lantern", "bridge")
OFTEN = (0.02, 0.004, 0.05, 0.03, 0.01, 0.03, 0.008, 0.002)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_signed(tmp_path_factory.mktemp("signed"))


def run(archive: Path, *words: str) -> Any:
    done = CliRunner().invoke(cli, ["-q", "--archive", str(archive), *words, "--limit", "0", "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
def test_n_grams_are_those_of_nltk(archive: Path, size: int) -> None:
    nltk = pytest.importorskip("nltk")
    counts = nltk.FreqDist(
        " ".join(gram)
        for number in fold(ARTICLES)
        for line in LINES[number]
        for gram in nltk.ngrams(line, size)
        if "2020" not in gram
    )
    told = run(archive, "words", "--size", str(size))
    assert {row["word"]: row["frequency"] for row in told} == dict(counts)


@pytest.fixture(scope="module")
def sparse(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[list[str]]]:
    """An archive whose paragraphs have the word `ice` once at most, so that no windows overlap; and its lines."""
    dice = random.Random(3)
    kinds = [f"w{chr(97 + one)}" for one in range(26)]
    lines = [dice.choices(kinds, range(1, 27), k=30) for _ in range(400)]
    for line in lines[::2]:
        line[dice.randrange(30)] = "ice"
    texts = [lines[at : at + 4] for at in range(0, 400, 4)]
    articles = [{"title": None, "body": [" ".join(line) for line in text]} for text in texts]
    return build_archive(tmp_path_factory.mktemp("sparse"), articles), lines


@pytest.mark.parametrize("window", [1, 5])
def test_collocations_are_those_of_nltk_and_scipy(sparse: tuple[Path, list[list[str]]], window: int) -> None:
    collocations = pytest.importorskip("nltk.collocations")
    contingency = pytest.importorskip("scipy.stats").chi2_contingency
    measures = collocations.BigramAssocMeasures
    folder, lines = sparse
    beside: Counter[str] = Counter()
    for line in lines:
        finder = collocations.BigramCollocationFinder.from_words(line, window_size=window + 1)
        for at in (0, 1):
            pairs = {pair: times for pair, times in finder.ngram_fd.items() if pair[at] == "ice"}
            beside.update({pair[1 - at]: times for pair, times in pairs.items()})
    told = run(folder, "collocations", "ice", "--window", str(window), "--least", "1")
    assert {row["word"]: row["beside"] for row in told} == dict(beside)
    every = Counter(word for line in lines for word in line)
    node, room, words = every["ice"], beside.total(), every.total() - every["ice"]
    for row in told:
        times, anywhere = row["beside"], every[row["word"]]
        assert row["frequency"] == anywhere
        marginals = (times, (room, anywhere), words)
        assert abs(row["log_likelihood"]) == pytest.approx(measures.likelihood_ratio(*marginals), abs=0.006)
        assert row["mi"] == pytest.approx(measures.pmi(*marginals), abs=0.006)
        dice = measures.dice(times, (node, anywhere), words)
        assert row["log_dice"] == pytest.approx(14 + log2(dice), abs=0.006)
        table = [[times, room - times], [anywhere - times, words - room - anywhere + times]]
        found = contingency(table, correction=False, lambda_="log-likelihood")
        assert abs(row["log_likelihood"]) == pytest.approx(found.statistic, abs=0.006)
        assert row["expected"] == pytest.approx(found.expected_freq[0][0], abs=0.006)


def test_intervals_are_those_of_scipy(archive: Path) -> None:
    binomtest = pytest.importorskip("scipy.stats").binomtest
    for articles in (1, 2, 7, 30, 500, 100_000):
        for hits in {0, 1, articles // 3, articles - 1, articles}:
            interval = find_interval(hits, articles)
            wanted = binomtest(hits, articles).proportion_ci(method="wilson")
            assert interval == pytest.approx((wanted.low, wanted.high), abs=1e-12)
    done = CliRunner().invoke(cli, ["-q", "--archive", str(archive), "trends", "tram", "--by", "month", "--json"])
    rows = json.loads(done.stdout)
    assert any(row["articles"] for row in rows)
    for row in rows:
        if not row["articles"]:
            assert (row["low"], row["high"]) == (None, None)
            continue
        wanted = binomtest(row["hits"], row["articles"]).proportion_ci(method="wilson")
        assert (row["low"], row["high"]) == pytest.approx((1000 * wanted.low, 1000 * wanted.high), abs=0.006)


def write_body(section: str) -> str:
    length = int(DICE.integers(60, 400))
    # Words cluster, and one section has otters more often than the other.
    rates = np.array(OFTEN) * DICE.gamma(0.4, 2.5, len(WORDS)) * [2.5 if section == "culture" else 1, *[1] * 7]
    times = np.minimum(DICE.poisson(rates * length), length // 9)
    text = [word for word, count in zip(WORDS, times, strict=True) for _ in range(int(count))]
    return " ".join([*text, *["of"] * (length - len(text))])


@pytest.fixture(scope="module")
def articles() -> list[dict[str, Any]]:
    sections = ["culture"] * 40 + ["news"] * 70
    return [{"title": None, "section_path": each, "body": write_body(each)} for each in sections]


@pytest.fixture(scope="module")
def told(articles: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Any:
    return run(build_archive(tmp_path_factory.mktemp("words"), articles), "keywords", "section:culture")


def test_the_log_likelihood(articles: list[dict[str, Any]], told: Any) -> None:
    stats = pytest.importorskip("scipy.stats")
    sizes = [
        sum(len(each["body"].split()) for each in articles if each["section_path"] == section)
        for section in ("culture", "news")
    ]
    assert len(told) > 2
    for each in told:
        counts = each["frequency"], each["against_frequency"]
        due = [sum(counts) * size / sum(sizes) for size in sizes]
        found = stats.power_divergence(counts, due, lambda_="log-likelihood").statistic
        assert each["log_likelihood"] == pytest.approx(found, abs=0.006)
        if 10 * sum(counts) > sum(sizes):
            continue
        # With the cells of all other words, as Dunning had it, all but the most frequent words have a little more.
        rest = [size - count for size, count in zip(sizes, counts, strict=True)]
        full = stats.chi2_contingency([counts, rest], correction=False, lambda_="log-likelihood").statistic
        assert found == pytest.approx(full, rel=0.15, abs=0.02)


def test_the_p_of_a_permutation_over_articles(articles: list[dict[str, Any]], told: Any) -> None:
    stats = pytest.importorskip("scipy.stats")
    tested = [each for each in told if each["p"] is not None]
    assert min(each["p"] for each in tested) < 0.01 and max(each["p"] for each in tested) > 0.1
    for each in tested:
        rates, counts, sizes = {"culture": [], "news": []}, {"culture": 0, "news": 0}, {"culture": 0, "news": 0}
        table = []
        for article in articles:
            words = article["body"].split()
            section, count = article["section_path"], words.count(each["word"])
            rates[section].append(count / len(words))
            counts[section] += count
            sizes[section] += len(words)
            table.append((count, len(words), count / len(words)))
        found = stats.permutation_test(
            (rates["culture"], rates["news"]),
            lambda one, other, axis: one.mean(axis=axis) - other.mean(axis=axis),
            vectorized=True,
            n_resamples=9_999,
            alternative="greater",
            rng=np.random.default_rng(1),
        )
        # Of those permutations that have the word more often: half, where articles are as many; here it is counted.
        dice, at = np.random.default_rng(2), np.array(table)
        ways = np.array([at[dice.permutation(len(at))[:40], :2].sum(axis=0) for _ in range(4_000)])
        total = at[:, :2].sum(axis=0)
        alike = (ways[:, 0] * (total[1] - ways[:, 1]) > (total[0] - ways[:, 0]) * ways[:, 1]).mean()
        assert each["p"] == pytest.approx(
            found.pvalue / alike, abs=0.005 + 4 * (each["p"] * (1 - each["p"]) / 1_000) ** 0.5
        )


def test_a_difference_of_two_parts_without_any_is_not_found(articles: list[dict[str, Any]], tmp_path: Path) -> None:
    news = [each for each in articles if each["section_path"] == "news"]
    split = [each | {"section_path": ("culture", "news")[at % 2]} for at, each in enumerate(news)]
    archive = build_archive(tmp_path, split)
    found: list[float] = []
    for section in ("culture", "news"):
        found += [each["p"] for each in run(archive, "keywords", f"section:{section}") if each["p"] is not None]
    # Of eight words or nine, three at 5% are one in 150.
    assert len(found) > 5 and sum(p <= 0.05 for p in found) < 3
