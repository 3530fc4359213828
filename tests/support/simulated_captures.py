"""A simulated site and an archive of one of its articles: which response shows which wording, by plain counting."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from harbincrawl.archive.articles.shown import list_shown
from harbincrawl.archive.articles.store import Fetched, Store
from harbincrawl.archive.runs.outcomes import store_outcomes
from harbincrawl.archive.schema.tables import make_schema
from harbincrawl.records import Article, Capture, ListWords
from harbincrawl.reread.fold import load_events, replay_article
from harbincrawl.reread.pages import ReadArticle
from harbincrawl.text import time_text
from tests.support.sites import HARBIN_TODAY

ID, NUMBER = "5370", 5370
PATHS = ("news/2020-09-23/5370.html", "culture/music/2020-09-23/5370.html")
NEIGHBOURS = (
    "news/2020-09-23/537.html",
    "news/2020-09-23/15370.html",
    "news/2020-09-23/53701.html",
    "news/2020-09-23/5370_2.html",
)
BASE = "http://e.my399.com/"
HOWS = ("conditional", "conditional", "plain", "loose", "failed", "failed 304", "interrupted", "stranger")
"""What may become of asking for the article."""
BEGIN = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass
class Answer:
    """A response, and what the site meant by it."""

    id: int
    at: datetime
    words: str
    body: str
    kind: str
    """read, confirmed (a 304, or the same bytes), dropped (nothing was made of it), lost (a page of it never came)."""
    source: str = "site"
    was_replayed: bool = False
    """Whether the history was counted anew since."""

    @property
    def is_own(self) -> bool:
        return self.source == "site"

    @property
    def is_rescued(self) -> bool:
        return self.source == "wayback"


@dataclass
class Simulation:
    """An archive of one article, and the same counted by hand."""

    connection: sqlite3.Connection
    now: datetime = BEGIN
    words: str = "A"
    box: int = 0
    path: str = PATHS[0]
    run: int = 0
    answers: list[Answer] = field(default_factory=list)
    """In the order in which the archive has counted them so far."""
    told: list[str] = field(default_factory=list)
    """What happened."""

    @classmethod
    def begin(cls) -> Simulation:
        connection = sqlite3.connect(":memory:", isolation_level=None)
        make_schema(connection)
        connection.execute(
            "INSERT OR REPLACE INTO facts VALUES ('site', 'harbin-today'), ('site_url', 'http://e.my399.com')"
        )
        return cls(connection)

    @property
    def body(self) -> str:
        return f"{self.words}|{self.box}"

    def crawl(self, how: str) -> None:
        """Asks for the article, conditionally where that can be; `how` says what becomes of it."""
        self.run += 1
        self.told.append(f"crawl, {how}: {self.body} at {self.now}")
        store = Store(self.connection, self.run)
        stored = self._stored()
        self._note_neighbours(store)
        if how == "stranger":
            # Another article's address redirected here, and nothing was made of it.
            asked = self._put(store, "news/2020-09-23/99.html", 301, "moved")
            self._note(self._put(store, self.path, 200, self.body, redirected=asked), "dropped")
            return
        if how == "interrupted":
            self._note(self._put(store, self.path, 200, self.body), "lost")
            return
        if how == "failed":
            self._note(self._put(store, self.path, 200, self.body), "dropped")
            self._fail(store)
            return
        if how == "failed 304":
            if stored is not None and stored[1] == self.body:
                self._note(self._put(store, self.path, 304, self.body, digest=stored[2]), "dropped")
            self._fail(store)
            return
        if stored is not None and stored[1] == self.body and how in ("conditional", "loose"):
            status = 304 if how == "conditional" else 200
            answer = self._put(store, self.path, status, self.body, digest=stored[2] if status == 304 else None)
            store.renew_seen(NUMBER, self.now)
            store_outcomes(store, {NUMBER: "same"})
            self._note(answer, "confirmed" if status == 304 else "read")
            return
        capture = self._capture(self.path, 200, self.body)
        verdict = store.put_article(Fetched(self._article(self.words), (capture, *self._further()), self.now))
        store.flush_index()
        store_outcomes(store, {NUMBER: verdict})
        self._note(self._last_first_page(), "read")

    def give(self, source: str, at: datetime, words: str, box: int) -> None:
        """What others captured at that moment comes in, and the history is counted anew."""
        self.run += 1
        store = Store(self.connection, self.run)
        body = f"{words}|{box}"
        self.told.append(f"{source}: {body} at {at}")
        id = self._put(store, self.path, 200, body, source=source, at=at)
        self.answers.append(Answer(id, at, words, body, "read", source))
        self._replay(store)

    def reread(self) -> None:
        """All pages are read again."""
        self.run += 1
        self.told.append("all read again")
        if self.has_article:
            self._replay(Store(self.connection, self.run))

    def expect(self) -> dict[int, list[int]]:
        """By revision, the ids of the responses that show it, counted by hand."""
        revisions: list[list[Answer]] = []
        own: Answer | None = None
        is_present = False
        for answer in self.answers:
            if answer.kind == "read":
                if not revisions or revisions[-1][0].words != answer.words:
                    revisions.append([])
                revisions[-1].append(answer)
                own, is_present = (own, False) if answer.is_rescued else (answer, True)
            elif answer.kind in ("confirmed", "lost") and own is not None:
                if answer.kind == "lost" and (not answer.was_replayed or answer.body != own.body):
                    continue
                if not is_present and revisions[-1][0].words != own.words:
                    revisions.append([own])
                is_present = True
                if answer.kind == "confirmed":
                    revisions[-1].append(answer)
        return {
            at: [
                answer.id
                for answer in shown
                # An ingest may have put another page before it than the one that the site said was not modified.
                if answer.kind == "read" or any((one.kind, one.body) == ("read", answer.body) for one in shown)
            ]
            for at, shown in enumerate(revisions, 1)
        }

    def list_shown(self) -> dict[int, list[int]]:
        """The same by the archive."""
        found = list_shown(self.connection, HARBIN_TODAY, NUMBER)
        return {revision: [row.id for row in rows] for revision, rows in found.items()}

    @property
    def has_article(self) -> bool:
        return self.connection.execute("SELECT 1 FROM articles").fetchone() is not None

    def read_states(self) -> dict[int, set[int]]:
        """By revision, the responses that its row names."""
        return {
            revision: set(captures)
            for revision, *captures in self.connection.execute(
                "SELECT revision, first_capture, capture FROM articles"
                " UNION ALL SELECT revision, first_capture, capture FROM revisions"
            )
        }

    def _replay(self, store: Store) -> None:
        events = load_events(self.connection, HARBIN_TODAY, [ID]).get(ID, [])
        by_id = {answer.id: answer for answer in self.answers}
        readings = {
            event.source.capture: ReadArticle(ID, self._article(answer.words))
            if (answer := by_id[event.source.capture]).kind == "read"
            else ReadArticle(ID, None, "pages")
            for event in events
            if event.status == 200
        }
        replay_article(store, ID, events, readings, lambda *_: ListWords(), HARBIN_TODAY, gone=False)
        store.flush_index()
        for answer in self.answers:
            answer.was_replayed = True
        # By hand: ours as they came, each of the others before the first of ours that is later.
        latest, moments = BEGIN - timedelta(days=999), {}
        for answer in sorted(self.answers, key=lambda each: each.id):
            latest = max(latest, answer.at) if answer.is_own else latest
            moments[answer.id] = latest if answer.is_own else answer.at
        self.answers.sort(key=lambda each: (moments[each.id], not each.is_rescued, each.id))

    def _stored(self) -> tuple[int, str, str] | None:
        """(capture, body, digest) of what a conditional request would ask with."""
        row = self.connection.execute(
            "SELECT c.id, c.body_hash, c.digest, c.source FROM articles AS a JOIN captures AS c ON c.id = a.capture"
        ).fetchone()
        return None if row is None or row[3] == "wayback" else row[:3]

    def _note(self, id: int, kind: str) -> None:
        self.answers.append(Answer(id, self.now, self.words, self.body, kind))

    def _fail(self, store: Store) -> None:
        self.connection.execute(
            "INSERT INTO failures VALUES (?, ?, ?, 'pages', 'a page is missing', ?)",
            (self.run, BASE + self.path, NUMBER, time_text(self.now)),
        )
        store_outcomes(store, {NUMBER: "failed"})

    def _note_neighbours(self, store: Store) -> None:
        for path in NEIGHBOURS:
            self._put(store, path, 200, self.body)

    def _further(self) -> tuple[Capture, ...]:
        return (self._capture(self.path.replace(".html", "_2.html"), 200, f"{self.body}|2"),) if self.box % 2 else ()

    def _last_first_page(self) -> int:
        (id,) = self.connection.execute("SELECT capture FROM articles WHERE number = ?", (NUMBER,)).fetchone()
        return int(id)

    def _put(
        self,
        store: Store,
        path: str,
        status: int,
        body: str,
        *,
        source: str = "site",
        at: datetime | None = None,
        digest: str | None = None,
        redirected: int | None = None,
    ) -> int:
        id = store.put_captures((self._capture(path, status, body, source, at, digest, redirected),))
        assert id is not None
        return id

    def _capture(
        self,
        path: str,
        status: int,
        body: str,
        source: str = "site",
        at: datetime | None = None,
        digest: str | None = None,
        redirected: int | None = None,
    ) -> Capture:
        return Capture(
            BASE + path,
            at or self.now,
            status,
            digest=digest or f"sha256:{body}",
            body_hash=body if status == 200 else None,
            source=source,
            redirected=redirected,
        )

    def _article(self, words: str) -> Article:
        return Article(
            ID, BASE + self.path, "News", "news", f"Title {words}", None, None, None, (), None, (words,), (), "1",
            frame="frame",
        )  # fmt: skip
