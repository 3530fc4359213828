"""Trying a target of notices: one notice of each kind that it may get, each of which says that it is a test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from harbincrawl.config.schema import Smtp

from .notify import News, Notice, Notifier, is_switch


def describe_target(target: str) -> str:
    """What a target gets."""
    if is_switch(target):
        return "a dead-man switch: pinged at the start, success and failure of every run"
    kind = "mail" if target.startswith("mailto:") else "a webhook"
    return f"{kind}: told of changes of the state, and of what is new under saved searches"


def try_target(target: str, smtp: Smtp, archive: Path, warn: Callable[[str], None], pause: float = 1.0) -> int:
    """Sends a test notice of each kind; `warn` hears of each that was not taken. The number of notices."""
    notifier = Notifier([target], smtp, always=False, warn=warn, pause=pause)
    if is_switch(target):
        notifier.start(f"test: a run of {archive} begins")
        notifier.end(_make_notice(archive, good=True))
        return 2
    for good in (False, True):
        notifier.end(_make_notice(archive, good=good))
    summary = f"test: 0 articles new or changed under a saved search of {archive}"
    document = {"event": "news", "test": True, "archive": str(archive), "search": "test", "query": "", "articles": []}
    notifier.tell_news(
        News(f"harbincrawl: test: 0 new under test in {archive}", summary, {**document, "summary": summary})
    )
    return 3


def _make_notice(archive: Path, *, good: bool) -> Notice:
    summary = f"test: {'all is well again' if good else 'something is amiss'} in {archive}"
    document = {"event": "recovered" if good else "broke", "test": True, "archive": f"{archive} (test)", "run": None}
    return Notice(good, not good, summary, {**document, "summary": summary})
