"""A dataset to share gives no text back: counts that cannot be joined, no hash, no words in addresses or titles."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harbincrawl.archive.database.connection import FILE
from harbincrawl.errors import DestinationError, SettingsError
from harbincrawl.export.job import ExportJob, run_job
from harbincrawl.export.profiles import LEAST_ARTICLES, is_bare
from harbincrawl.identity import normal_form
from harbincrawl.search.filters import Filters
from harbincrawl.twin import make_twin
from tests.support.archives import build_archive
from tests.support.export_cases import read_jsonl
from tests.support.families import sample
from tests.support.reconstruction import (
    Counts,
    Language,
    find_certain_runs,
    find_inevitable_runs,
    find_whole_text,
    guess_text,
    list_published,
    list_runs,
    measure_find,
    read_bundle,
    read_counts,
    split_words,
)

NOTICE = (
    "Readers may quote xylophone quartets freely, provided that every violet lighthouse keeper answers by telegram "
    "before noon and pays nineteen roubles at the counter behind the museum of clocks."
)
"""A paragraph that many articles end with, of words that stand nowhere else."""
STORY = "A heron stood on the frozen pond all morning while nine skaters circled it and nobody dared to speak aloud."


def make_articles(seed: int, count: int = 300) -> list[dict[str, Any]]:
    """The articles of a twin, some of which end with one notice, and one story told in eight of them."""
    articles = [
        {name: story[name] for name in ("number", "url", "section_path", "title", "created", "source", "images")}
        | {"body": [*story["body"], *([NOTICE] if at % 6 == 0 else [])] or None}
        for at, story in enumerate(make_twin(seed, count).truth())
    ]
    highest = max(article["number"] for article in articles)
    return articles + [{"number": highest + at, "created": "2020-01-01", "body": STORY} for at in range(1, 9)]


def link_copies(articles: list[dict[str, Any]]) -> list[tuple[int, int, float, str]]:
    """The copies of STORY, as the archive knows them."""
    first, *copies = (article["number"] for article in articles if article["body"] == STORY)
    return [(number, first, 1.0, "exact") for number in copies]


def share(archive: Path, name: str = "shared", **more: Any) -> Path:
    folder = archive.parent / name
    run_job(archive, ExportJob(str(folder), share=True, **more))
    return folder


def read_rows(folder: Path) -> list[dict[str, Any]]:
    return [row for path in sorted((folder / "data").glob("*.jsonl")) for row in read_jsonl(path.read_bytes())]


def read_all(folder: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def read_texts(archive: Path) -> dict[str, list[str]]:
    """The words of every body, by id."""
    with sqlite3.connect(archive / FILE) as connection:
        rows = connection.execute("SELECT id, body FROM articles").fetchall()
    connection.close()
    return {f"harbin-today:{id}": split_words(body or "") for id, body in rows}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    articles = make_articles(1)
    return build_archive(tmp_path_factory.mktemp("share") / "archive", articles, duplicates=link_copies(articles))


@pytest.fixture(scope="module")
def shared(archive: Path) -> Path:
    return share(archive)


def count_all(words: list[str]) -> Counts:
    """What a dataset with all pairs of words would give."""
    return Counts(Counter(words), Counter(pairwise(words)))


def measure_gain(texts: dict[str, list[str]], published: dict[str, Counts], size: int) -> tuple[float, float]:
    """(share of runs that a beam finds with counts of words and pairs, with those of words alone) in `size` texts.

    Its language is that of all other texts, copies of these aside.
    """
    distinct = {tuple(words): id for id, words in texts.items() if len(words) > 20}
    ids = sorted(distinct.values())[:: max(1, len(distinct) // size)][:size]
    chosen = {tuple(texts[id]) for id in ids}
    language = Language(words for words in texts.values() if tuple(words) not in chosen)
    known = list_published(published.values())
    found, base, runs = 0, 0, 0
    for id in ids:
        words = published[id].words
        found += measure_find(guess_text(published[id], known, language), texts[id])[0]
        base += measure_find(guess_text(Counts(words, Counter()), frozenset(), language), texts[id])[0]
        runs += len(list_runs(texts[id]))
    return found / runs, base / runs


def test_counts_of_all_pairs_would_give_texts_back(archive: Path) -> None:
    texts = read_texts(archive)
    counts = {id: count_all(words) for id, words in texts.items()}
    found = [measure_find(find_certain_runs(counts[id]), words) for id, words in texts.items()]
    assert sum(certain for certain, _ in found) > 0.1 * sum(runs for _, runs in found)
    assert any(find_whole_text(counts[id]) == words for id, words in texts.items() if len(words) > 15)
    gained, base = measure_gain(texts, counts, 4)
    assert gained - base > 0.05


def test_pairs_of_many_articles_would_still_give_what_these_have_in_common(archive: Path) -> None:
    texts = read_texts(archive)
    articles = Counter(pair for words in set(map(tuple, texts.values())) for pair in set(pairwise(words)))
    runs: Counter[tuple[str, ...]] = Counter()
    for words in texts.values():
        pairs = Counter(pair for pair in pairwise(words) if articles[pair] >= LEAST_ARTICLES)
        runs.update(find_certain_runs(Counts(Counter(words), pairs)))
    assert runs[("quote", "xylophone", "quartets", "freely", "provided")] == 50
    assert len(runs) > 1000


def test_no_run_of_words_comes_back_with_certainty(archive: Path, shared: Path) -> None:
    texts, published = read_texts(archive), read_bundle(shared)
    assert published.keys() == texts.keys()
    assert {id: counts.words for id, counts in published.items()} == {id: Counter(text) for id, text in texts.items()}
    assert sum(counts.pairs.total() for counts in published.values()) > 1000
    for counts in published.values():
        assert not find_certain_runs(counts)


@pytest.mark.parametrize(("seed", "size"), sample([(1, 6), (1, 40), (2, 40), (3, 40)], every=4))
def test_a_beam_gains_less_than_a_hundredth_of_the_runs_by_pairs(tmp_path: Path, seed: int, size: int) -> None:
    articles = make_articles(seed)
    archive = build_archive(tmp_path / "archive", articles, duplicates=link_copies(articles))
    found, base = measure_gain(read_texts(archive), read_bundle(share(archive)), size)
    assert found - base < 0.01


def test_pairs_stand_in_many_articles_that_are_no_copies(archive: Path, shared: Path) -> None:
    rows = read_rows(shared)
    copies = {row["id"] for row in rows if row["duplicate_of"]}
    originals = [row for row in rows if row["id"] not in copies and row["word_count"]]
    articles = Counter(item["term"] for row in originals for item in row["bigrams"])
    assert min(articles.values()) >= max(LEAST_ARTICLES, len(originals) / 10)
    texts = read_texts(archive)
    assert all(
        item["count"] == [f"{one} {other}" for one, other in pairwise(texts[row["id"]])].count(item["term"])
        for row in rows
        for item in row["bigrams"]
    )
    story = set(pairwise(split_words(STORY)))
    assert not story & {tuple(term.split()) for term in articles if "heron" in term or "skaters" in term}


def list_halves(archive: Path) -> tuple[set[str], set[str]]:
    """(words that pairs begin with, words that they end with) of a dataset to share."""
    pairs = list_published(read_bundle(share(archive, "halves")).values())
    return {first for first, _ in pairs}, {second for _, second in pairs}


def test_copies_of_one_story_do_not_make_its_pairs_frequent(tmp_path: Path) -> None:
    bodies = [f"{STORY} {number}" for number in range(8)]
    articles = [{"number": number, "body": body} for number, body in enumerate(bodies, 1)]
    first, second = list_halves(build_archive(tmp_path / "apart", articles))
    assert first
    assert second
    links = [(number, 1, 0.9, "near") for number in range(2, 9)]
    assert list_halves(build_archive(tmp_path / "linked", articles, duplicates=links)) == (set(), set())


def test_pairs_are_counted_over_what_is_exported(tmp_path: Path) -> None:
    articles = [
        {"number": number, "body": f"{STORY} {number}", "section_path": "news" if number < 5 else "gallery"}
        for number in range(1, 12)
    ]
    archive = build_archive(tmp_path / "archive", articles)
    assert not any(row["bigrams"] for row in read_rows(share(archive, "few", filters=Filters(sections=("news",)))))
    assert all(row["bigrams"] for row in read_rows(share(archive, "all")))


@pytest.mark.parametrize("pick", [slice(0, 300), slice(0, 299), slice(100, 300), slice(0, 150)])
def test_what_exports_of_overlapping_parts_say_of_an_article_cannot_be_joined(tmp_path: Path, pick: slice) -> None:
    articles = make_articles(1, 150)
    whole = read_bundle(share(build_archive(tmp_path / "one" / "archive", articles)))
    part = read_bundle(share(build_archive(tmp_path / "two" / "archive", articles[pick])))
    assert part
    for id, counts in part.items():
        assert not find_certain_runs(Counts(counts.words, counts.pairs | whole[id].pairs))


FEW = st.lists(st.lists(st.sampled_from("ice snow the a of park".split()), min_size=5, max_size=8), min_size=1)


@settings(max_examples=40)
@given(texts=FEW)
def test_no_run_is_in_all_orders_that_short_texts_may_have(texts: list[list[str]]) -> None:
    many = [*texts, *([*text, str(at)] for text in texts for at in range(LEAST_ARTICLES))]
    with tempfile.TemporaryDirectory() as name:
        folder = build_archive(Path(name) / "archive", [{"body": " ".join(text)} for text in many])
        run_job(folder, ExportJob(f"{name}/a.jsonl", profile="features"))
        rows = read_jsonl(Path(name, "a.jsonl").read_bytes())
    published = list(map(read_counts, rows))
    known = list_published(published)
    for text, counts in zip(texts, published, strict=False):
        if counts.words:
            assert not find_inevitable_runs(counts, known), text
        else:
            assert max(Counter(text).values()) * 3 > len(text)


def test_the_search_of_all_orders_finds_what_has_to_be() -> None:
    words = "the ice of the park".split()
    counts = count_all(words)
    assert find_inevitable_runs(counts, frozenset(counts.pairs)) == {tuple(words)}
    assert not find_inevitable_runs(Counts(counts.words, Counter()), frozenset())


HASHES: list[Callable[[bytes], Any]] = [hashlib.md5, hashlib.sha1, hashlib.sha256, hashlib.blake2b]


def test_nothing_in_it_is_a_hash_of_a_text(tmp_path: Path) -> None:
    articles = [
        {"number": at, "title": f"Heron number {at} seen", "body": f"{STORY} {at}", "summary": f"Short {STORY} {at}"}
        | {"capture": {"warc": "a.warc.gz", "offset": at, "digest": f"sha1:{at:032}"}}
        for at in range(1, 9)
    ]
    archive = build_archive(tmp_path / "archive", articles)
    for profile in ("features", "none"):
        folder = share(archive, profile, profile=profile)
        rows, everything = read_rows(folder), read_all(folder)
        for name in ("body_hash", "fingerprint", "minhash", "similarity", "title", "summary", "body"):
            assert all(name not in row for row in rows), name
        package = json.loads((folder / "datapackage.json").read_bytes())
        (table,) = (resource["schema"]["fields"] for resource in package["resources"] if "schema" in resource)
        assert [field["name"] for field in table] == list(rows[0])
        assert all(list(row["capture"]) == ["warc", "offset", "fetched_at", "source"] for row in rows)
        assert b"digest" not in everything
        with sqlite3.connect(archive / FILE) as connection:
            stored = connection.execute("SELECT title, summary, body, fingerprint FROM articles").fetchall()
        connection.close()
        for *texts, fingerprint in stored:
            assert fingerprint.encode() not in everything
            for text in texts:
                forms = (text, normal_form(text), text.casefold())
                assert not any(
                    make(form.encode()).hexdigest().encode() in everything for make in HASHES for form in forms
                )


def test_titles_are_in_it_where_they_are_wanted_and_no_body_has_them(tmp_path: Path) -> None:
    articles = [
        {"number": 1, "title": "Heron seen", "body": STORY, "url": "http://e.my399.com/news/heron-seen-on-ice/1.html"},
        {"number": 2, "title": "Stood on the frozen pond", "url": "http://e.my399.com/news/stood-on-the-frozen-pond"},
        {"number": 3, "title": None, "body": "Nothing.", "url": "http://e.my399.com/news/3.html"},
    ]
    archive = build_archive(tmp_path / "archive", articles)
    bare, titled = share(archive, "bare"), share(archive, "titled", titles=True)
    assert [row["url"] for row in read_rows(bare)] == [None, None, "http://e.my399.com/news/3.html"]
    assert b"eron seen" not in read_all(bare)
    assert [(row["title"], row["url"]) for row in read_rows(titled)] == [
        ("Heron seen", "http://e.my399.com/news/heron-seen-on-ice/1.html"),
        (None, None),
        (None, "http://e.my399.com/news/3.html"),
    ]
    assert "It has no title, no hash" in (bare / "README.md").read_text()
    assert "It has no hash" in (titled / "README.md").read_text()


@pytest.mark.parametrize(
    ("address", "title", "bare"),
    [
        ("http://e.my399.com/culture/music/2020-09-23/5370.html", "Culture and music", True),
        ("http://e.my399.com/culture/music/content_5370.htm?page=2", "Ice", True),
        ("http://e.my399.com/culture/music/harbin-opens-its-new-park.html", "An ice park", False),
        ("http://e.my399.com/culture/music/haerbinbingxuedashijie.html", "冰雪大世界", False),
        ("http://e.my399.com/culture/music/%E5%86%B0%E9%9B%AA%E5%A4%A7%E4%B8%96%E7%95%8C%E5%BC%80", None, False),
        ("http://e.my399.com/culture/music/IcePark.html", "Ice park opens", False),
        ("http://e.my399.com/culture/music/thaw.html", "Thaw", False),
        ("http://e.my399.com/culture/music/5370.html?t=ice+park", "New ice park", False),
        ("http://e.my399.com/culture/music/5370.html#ice-park", "New ice park", False),
    ],
)
def test_an_address_with_words_is_told_from_one_of_numbers(address: str, title: str | None, *, bare: bool) -> None:
    assert is_bare(address, "culture/music", title) is bare


def test_pictures_missing_articles_sources_and_queries_bring_no_words_in(tmp_path: Path) -> None:
    pictures = [
        {"url": "http://e.my399.com/i/1.jpg", "caption": "A heron", "credit": "By Wu", "file_name": "heron.jpg"},
        {"url": "http://e.my399.com/i/heron-on-a-frozen-pond.jpg", "caption": None, "credit": None, "file_name": None},
    ]
    articles = [{"number": 1, "body": STORY, "images": pictures, "source": "stood on the frozen pond all"}]
    archive = build_archive(tmp_path / "archive", articles)
    with sqlite3.connect(archive / FILE) as connection:
        for number, slug in ((8, "8.html"), (9, "a-word-that-nobody-knows/9.html")):
            row = ("news", str(number), number, f"http://e.my399.com/news/{slug}", "t", None, None, 1, 1)
            connection.execute("INSERT INTO listed VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    connection.close()
    folder = share(archive, filters=Filters(query='"heron stood on the frozen pond"'))
    (row,) = read_rows(folder)
    nothing = {"caption": None, "credit": None, "file_name": None}
    assert row["images"] == [{"url": "http://e.my399.com/i/1.jpg"} | nothing, {"url": None} | nothing]
    assert row["source"] is None
    everything = read_all(folder)
    assert not [word for word in (b"frozen pond", b"frozen-pond", b"By Wu", b"nobody-knows") if word in everything]
    card = (folder / "README.md").read_text()
    assert "words of a query, 6 in number" in card
    assert "- http://e.my399.com/news/8.html (not tried yet)\n- and 1 more" in card


def test_an_archive_whose_ids_are_titles_is_shared_with_titles_only(tmp_path: Path) -> None:
    ids = ("heron-seen-on-ice", "3f2abcde-12ab-4cde-abcd-12ab34cd56ef", "WS6478ab12a31033ad3f7b1c2d")
    for at, id in enumerate(ids):
        articles = [{"number": 2**31 + at, "id": id, "title": "Heron seen on ice", "body": STORY}]
        archive = build_archive(tmp_path / str(at) / "archive", articles)
        if at == 0:
            with pytest.raises(DestinationError, match="heron-seen-on-ice may be a title"):
                share(archive)
            assert not (archive.parent / "shared").exists()
        assert read_rows(share(archive, titles=at == 0))[0]["id"] == f"harbin-today:{id}"


def test_a_text_of_one_word_over_and_over_has_no_counts(tmp_path: Path) -> None:
    archive = build_archive(tmp_path / "archive", [{"number": 1, "body": "ice ice ice ice ice snow"}])
    (row,) = read_rows(share(archive))
    assert (row["tokens"], row["bigrams"], row["word_count"], row["characters"]) == ([], [], 6, 24)


def test_a_file_name_or_a_script_without_blanks_is_no_word(tmp_path: Path) -> None:
    archive = build_archive(tmp_path / "archive", [{"number": 1, "body": "heron_on_the_ice.jpg 冰雪 กาขค"}])
    (row,) = read_rows(share(archive))
    terms = [item["term"] for item in row["tokens"]]
    assert terms == ["heron", "ice", "jpg", "on", "the", *"กขคา", *"冰雪"]


def test_texts_and_titles_are_refused_where_they_make_no_sense(archive: Path) -> None:
    for job in (
        ExportJob("b", share=True, profile="full"),
        ExportJob("b", titles=True),
        ExportJob("b.jsonl", share=True),
        ExportJob("b.db", share=True),
        ExportJob("b.wacz", share=True),
        ExportJob("b.jsonl", share=True, revisions=True),
    ):
        with pytest.raises(DestinationError):
            run_job(archive, job)
    command = [sys.executable, "-m", "harbincrawl", "--archive", str(archive), "export", "b", "--titles"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, "--titles goes with --share" in done.stderr) == (2, True)


def test_changes_are_told_without_fingerprints_too(tmp_path: Path) -> None:
    archive = build_archive(tmp_path / "archive", [{"number": number, "body": STORY} for number in (1, 2)])
    share(archive, "one")
    run_job(archive, ExportJob(str(tmp_path / "full")))
    with sqlite3.connect(archive / FILE) as connection:
        connection.execute("UPDATE articles SET revision = 2, fingerprint = 'x' WHERE number = 2")
    connection.close()
    for name in ("one", "full"):
        told = (share(archive, f"after-{name}", previous=tmp_path / name) / "CHANGES.md").read_text()
        assert "## Changed: 1\n\n- harbin-today:2\n" in told


@pytest.mark.parametrize(
    ("license", "address", "cff", "hub"),
    [
        ("CC-BY-4.0", "https://spdx.org/licenses/CC-BY-4.0.html", 'license: "CC-BY-4.0"', "license: cc-by-4.0"),
        ("https://example.org/terms", "https://example.org/terms", 'license-url: "https://example.org/terms"',
         "license: other\nlicense_name: other"),
        (None, "http://e.my399.com/", None, "license: unknown"),
    ],
)  # fmt: skip
def test_a_dataset_to_share_names_its_licence(
    tmp_path: Path, license: str | None, address: str, cff: str | None, hub: str
) -> None:
    archive = build_archive(tmp_path / "archive", [{"number": 1, "body": STORY}])
    if license:
        (archive / "config.toml").write_text(f'[dataset]\nshare_license = "{license}"\n')
    folder = share(archive)
    package = json.loads((folder / "datapackage.json").read_text())
    assert [item["path"] for item in package.get("licenses", [])] == ([address] if license else [])
    assert json.loads((folder / "croissant.json").read_text())["license"] == address
    citation, card = (folder / "CITATION.cff").read_text(), (folder / "README.md").read_text()
    assert ("license" in citation, cff is None or cff in citation) == (license is not None, True)
    assert f"\n{hub}\n" in card
    assert f"[{license}]({address})" in card if license else "No licence for the dataset itself was named." in card
    run_job(archive, ExportJob(str(tmp_path / "full")))
    assert "license" not in (tmp_path / "full" / "CITATION.cff").read_text()
    assert "licenses" not in json.loads((tmp_path / "full" / "datapackage.json").read_text())


def test_a_licence_is_an_identifier_or_an_address(tmp_path: Path) -> None:
    archive = build_archive(tmp_path / "archive", [{"number": 1, "body": STORY}])
    (archive / "config.toml").write_text('[dataset]\nshare_license = "CC BY 4.0"\n')
    with pytest.raises(SettingsError, match=r"line 2: dataset\.share_license: expected an identifier of SPDX"):
        share(archive)
