"""What was read of an article, in the form in which the twin tells its truth."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from harbincrawl.records import Article


def describe_article(article: Article) -> dict[str, Any]:
    """The fields of a truth; dates are ISO."""
    return {
        "number": int(article.id),
        "url": article.url,
        "section": article.section,
        "section_path": article.section_path,
        "title": article.title,
        "updated": article.updated.isoformat() if article.updated else None,
        "created": article.created.isoformat() if article.created else None,
        "author": article.author,
        "authors": list(article.authors),
        "source": article.source,
        "summary": article.summary,
        "body": list(article.body),
        "images": [asdict(image) for image in article.images],
    }
