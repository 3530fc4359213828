"""What is a copy of another article, and what is none."""

import random

from harbincrawl.duplicates import shingles
from harbincrawl.duplicates.links import CopyLink
from tests.support.duplicate_cases import STORY, Archive, article, paragraphs, retouch
from tests.support.twin.newsroom.news import Newsroom


def test_the_same_fingerprint_under_another_number_is_an_exact_copy(archive: Archive) -> None:
    found = archive.put(article(1, STORY, fingerprint="f"), article(2, STORY, fingerprint="f"))
    assert found == {2: CopyLink(1, 1.0, "exact")}
    assert archive.links() == {2: (1, 1.0, "exact")}


def test_the_same_text_under_another_heading_is_a_near_copy_of_similarity_one(archive: Archive) -> None:
    archive.put(article(1, STORY), article(2, STORY, title="Another heading", section_path="change"))
    assert archive.links() == {2: (1, 1.0, "near")}


def test_a_few_words_changed_make_a_near_copy(archive: Archive) -> None:
    found = archive.put(article(1, STORY), article(2, retouch(STORY, 30)))
    assert found[2].original == 1
    assert found[2].kind == "near"
    assert shingles.THRESHOLD <= found[2].similarity < 1.0


def test_a_sentence_added_to_a_retouched_text_is_a_copy_and_one_replaced_is_not(archive: Archive) -> None:
    text = paragraphs(1, 4)
    near = retouch(text, 28)
    more = paragraphs(2, 1)
    archive.put(article(1, text), article(2, [*near, *more]), article(3, [*near[1:], *more]))
    links = archive.links()
    assert links.keys() == {2}
    assert links[2][1] < 0.78, "Jaccard alone would miss it"


def test_a_chinese_article_is_compared_by_its_characters(archive: Archive) -> None:
    dice = random.Random(2)
    text = "".join(chr(dice.randrange(0x4E00, 0x9000)) for _ in range(300))
    other = "".join(chr(dice.randrange(0x4E00, 0x9000)) for _ in range(300))
    archive.put(article(1, [text]), article(2, [text[:100] + "，新" + text[101:]]), article(3, [other]))
    assert archive.originals() == {2: 1}


def test_five_shared_paragraphs_among_others_are_no_copy(archive: Archive) -> None:
    shared = paragraphs(3, 5)
    cousin = retouch(shared, 30) + paragraphs(5, 3)
    archive.put(article(1, shared + paragraphs(4, 3)), article(2, cousin))
    assert archive.links() == {}


def test_a_block_in_four_articles_makes_no_copies(archive: Archive) -> None:
    block = paragraphs(3, 3)
    archive.put(*(article(n, paragraphs(10 + n, 3) + block + paragraphs(20 + n, 3)) for n in range(1, 5)))
    assert archive.links() == {}


def test_empty_articles_are_never_copies(archive: Archive) -> None:
    archive.put(article(1, fingerprint="f"), article(2, fingerprint="f"))
    assert archive.links() == {}


def test_a_credit_alone_is_no_text(archive: Archive) -> None:
    credit = [{"credit": "Photo/my399.com"}]
    archive.put(article(1, fingerprint="f", images=credit), article(2, fingerprint="f", images=credit))
    assert archive.links() == {}


def test_a_short_text_is_a_copy_only_with_everything_else_the_same(archive: Archive) -> None:
    view = [{"caption": "A view of Harbin", "credit": "Photo/my399.com"}]
    archive.put(*(article(number, images=view, fingerprint=mark) for number, mark in ((1, "f"), (2, "g"), (3, "f"))))
    assert archive.links() == {3: (1, 1.0, "exact")}


def test_photo_articles_are_compared_by_their_captions(archive: Archive) -> None:
    news = Newsroom(random.Random(4))
    captions = [news.caption("ice") for _ in range(8)]
    images = [{"caption": caption, "credit": "Xinhua"} for caption in captions]
    archive.put(article(1, images=images), article(2, images=[image | {"credit": "VCG"} for image in images]))
    assert archive.originals() == {2: 1}
