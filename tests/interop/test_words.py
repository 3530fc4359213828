"""What scipy computes of the words of an archive is what `keywords` prints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from harbincrawl.cli.main import cli
from tests.support.archives import build_archive

pytestmark = pytest.mark.interop
DICE = np.random.default_rng(8)
WORDS = ("otter", "heron", "ice", "tram", "metro", "snow", "lantern", "bridge")
OFTEN = (0.02, 0.004, 0.05, 0.03, 0.01, 0.03, 0.008, 0.002)


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
    archive = build_archive(tmp_path_factory.mktemp("words"), articles)
    words = ("keywords", "section:culture", "--limit", "0", "--json")
    done = CliRunner().invoke(cli, ["-q", "--archive", str(archive), *words])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


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
        words = ("keywords", f"section:{section}", "--limit", "0", "--json")
        done = CliRunner().invoke(cli, ["-q", "--archive", str(archive), *words])
        found += [each["p"] for each in json.loads(done.stdout) if each["p"] is not None]
    # Of eight words or nine, three at 5% are one in 150.
    assert len(found) > 5 and sum(p <= 0.05 for p in found) < 3
