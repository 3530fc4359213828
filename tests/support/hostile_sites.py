"""Sites that speak HTTP well and lie in what they say: robots.txt, lists, pagers and articles made to harm a crawl."""

from __future__ import annotations

import gzip
import re
import socket
import tomllib
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from itertools import count
from pathlib import Path

from .hostile_servers import Speak, trickle
from .hostile_texts import encode, expand

Answer = Callable[[str], bytes]
"""The whole answer to the path asked for, status line and all."""
SAID = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
_MB = 1 << 20
_ARTICLE = re.compile(r"/news/\d{4}-\d\d-\d\d/(\d+)(?:_(\d+))?\.html")
_HTML = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
_ZIPPED = b"Content-Encoding: gzip"


def _reply(body: bytes, *fields: bytes, status: bytes = b"200 OK", kind: bytes = b"text/html; charset=utf-8") -> bytes:
    head = [b"HTTP/1.1 " + status, b"Content-Type: " + kind, b"Content-Length: %d" % len(body), *fields, b"", b""]
    return b"\r\n".join(head) + body


def _move(to: bytes, status: bytes = b"302 X") -> bytes:
    return _reply(b"", b"Location: " + to, status=status)


_MISSING = _reply(b"", status=b"404 Not Found")


def _line(number: int, title: str = "A title", more: str = "", day: str = "2020-01-01") -> str:
    return f"<div><a href=/news/2020-01-01/{number}.html>{title} {number}</a> {day}<br>Words. {more}</div>"


def _lines(numbers: Iterable[int]) -> str:
    return "".join(map(_line, numbers))


def _list(lines: str, pager: str = "") -> bytes:
    return _reply(f"<html><body>{lines}<div>{pager}</div></body></html>".encode("utf-8", "surrogatepass"))


def _page(body: str = "<p>Words of a body.</p>", title: str = "A title") -> bytes:
    text = f"<html><body><h1>{title}</h1><p>Updated : 2020-01-01</p><p>By ( e.my399.com )</p>{body}</body></html>"
    return text.encode("utf-8", "surrogatepass")


_SAME = _lines(range(1, 9))
_SOUND_LIST = _list(_SAME)
_SOUND_PAGE = _reply(_page())


def _site(
    *, robots: bytes = _MISSING, lists: Answer | bytes = _SOUND_LIST, articles: Answer | bytes = _SOUND_PAGE
) -> Speak:
    def speak(head: bytes, client: socket.socket) -> None:
        path = head.split(b" ")[1].decode("latin-1")
        if path == "/robots.txt":
            client.sendall(robots)
        else:
            found = articles if _ARTICLE.fullmatch(path) else lists
            client.sendall(found if isinstance(found, bytes) else found(path))

    return speak


def _slow(at: str, first: bytes, piece: bytes) -> Speak:
    """A sound site but for pages whose path has `at` in it, which come `piece` by `piece`."""
    sound, slow = _site(), trickle(first, piece)

    def speak(head: bytes, client: socket.socket) -> None:
        (slow if at.encode() in head.split(b" ")[1] else sound)(head, client)

    return speak


def _list_robots() -> Iterator[tuple[str, Speak]]:
    for name, body in SAID["robots"].items():
        yield f"robots with {name}", _site(robots=_reply(encode(body), kind=b"text/plain"))
    pattern = _reply(encode("User-agent: *\nDisallow: /⟨*a×30⟩b\n"), kind=b"text/plain")
    far = _move(encode("/news/⟨a×4000⟩"))
    yield "robots with a pattern of stars and addresses to match", _site(robots=pattern, lists=far)
    for status in (b"301", b"307", b"308"):
        loop = _move(b"/robots.txt?x", status + b" X")
        yield f"robots that move by {status.decode()}", _site(robots=loop, lists=loop)


def _answer_page(form: str, lines: Callable[[int], str], path: str) -> bytes:
    """The list page of this path, with its lines and a pager."""
    found = re.fullmatch(r"/news/index_(\d+)\.html", path)
    n = int(found[1]) if found else 1
    return _list(lines(n), form.format(n=n, next=n + 1, last=n + 999, total=10**12 + n))


def _pager(form: str, lines: Callable[[int], str] = lambda n: _lines(range(8 * n, 8 * n + 8))) -> Answer:
    return partial(_answer_page, expand(form), lines)


def _list_lists() -> Iterator[tuple[str, Speak]]:
    for name, form in SAID["pagers"].items():
        yield f"a pager that {name}", _site(lists=_pager(form))
    endless, turns, odd = (
        SAID["pagers"]["counts a million million"],
        count(),
        "\x01\x1b[31m\u202e\u2066\ufeff\ud800\x00\x7f",
    )
    links = (
        f"<div><a href='{expand(to)}'>Title {n}</a> 2020-01-01<br>W</div>" for n, to in enumerate(SAID["addresses"])
    )
    dated = (_line(n, day=expand(day)) for n, day in enumerate(SAID["days"], 1))
    members = gzip.compress(b"<p>") + gzip.compress(_SAME.encode()) + b"rest"
    cookies = [b"Set-Cookie: a%d=%s" % (n, b"x" * 4000) for n in range(500)]
    answers: dict[str, Answer | bytes] = {
        "one page under all numbers": _pager(endless, lambda _: _SAME),
        "lines of one article": _list("".join(_line(7, f"Title {n}") for n in range(3000))),
        "lines that are others each time": lambda _: _list(_lines(next(turns) * 8 + n for n in range(8))),
        "titles of control characters": _list("".join(_line(n, odd) for n in range(1, 9))),
        "a title of a megabyte": _list(_line(1, "word " * (_MB // 5))),
        "addresses of all kinds": _list("".join(links) + _SAME),
        "dates of all kinds": _list("".join(dated)),
        "a list of 12 MB": _list("x" * (12 * _MB)),
        "a list of 304": _reply(b"", status=b"304 Not Modified"),
        "a list of 206": _reply(_page(_SAME), b"Content-Range: bytes 0-5/99", status=b"206 Partial Content"),
        "a list without a byte": _reply(b""),
        "a list that is a picture": _reply(b"\x89PNG\r\n" + bytes(_MB), kind=b"image/png"),
        "a base elsewhere": _list("<base href=http://127.0.0.1:9/>" + _SAME.replace("/news", "news")),
        "a list that moves to an article": _move(b"/news/2020-01-01/1.html"),
        "lists that move on for ever": lambda path: _move(path.encode() + b"x"),
        "a list packed nine times": _reply(_pack(_SOUND_LIST, 9), _ZIPPED + b", gzip" * 8),
        "a list of two gzip members": _reply(members, _ZIPPED),
        "cookies of 2 MB": _reply(_SAME.encode(), *cookies),
    }
    for name, lists in answers.items():
        yield name, _site(lists=lists)
    yield "lines of 3,000 articles", _site(lists=_pager("", lambda _: _lines(range(1, 3_000))), articles=_MISSING)
    long = "".join(_line(n, "A title", "words " * 200) for n in range(1, 3700))
    yield "a list of 4.9 MB", _site(lists=_list(long), articles=_MISSING)
    yield "a list that comes byte by byte", _slow("/news/", _HTML, b"<p>")
    text = _SAME.encode() + b"\xff\xfe\x80"
    for charset in SAID["charsets"]:
        meta, kind = b"<meta charset='%s'>" % charset.encode(), b"text/html; charset=" + charset.encode()
        yield (
            f"charset {charset}",
            _site(lists=_reply(meta + text, kind=kind), articles=_reply(meta + _page(), kind=kind)),
        )


def _pack(data: bytes, times: int) -> bytes:
    for _ in range(times):
        data = gzip.compress(data, mtime=0)
    return data


@cache
def _pack_zeros() -> bytes:
    """400 MB, when they are asked for: every process of the suite lists all sites."""
    return gzip.compress(bytes(400 * _MB), 1)


def _move_on(path: str) -> bytes:
    return _move(path.replace(".html", "_2.html").replace("_2_2", "").encode(), b"301 X")


def _list_articles() -> Iterator[tuple[str, Speak]]:
    for name, body in SAID["articles"].items():
        page = _page(expand(body).replace("«half a pair»", "\ud800"))
        yield f"an article of {name}", _site(articles=_reply(page))
    numbers, one = count(), _move(b"/news/2020-01-01/1.html", b"301 X")
    answers: dict[str, Answer | bytes] = {
        "an article with a title of 2 MB": _reply(_page(title="T" * (2 * _MB))),
        "articles without a byte": _reply(b""),
        "articles of 304": _reply(b"", status=b"304 X"),
        "articles that move in a circle": _move_on,
        "articles that move to one": lambda path: _SOUND_PAGE if "/1." in path else one,
        "articles with a tag of 60 KB": _reply(
            _page(), *map(encode, ('ETag: "⟨x×60000⟩"', "Last-Modified: ⟨y×60000⟩"))
        ),
        "articles packed as nothing known": _reply(_page(), b"Content-Encoding: x-gzip, compress, br"),
        "articles packed and cut": _reply(gzip.compress(_page())[:-9], _ZIPPED),
        "articles that unpack to 400 MB": lambda _: _reply(_pack_zeros(), _ZIPPED),
        "articles of which a byte is missing": _SOUND_PAGE.replace(b"Content-Length: ", b"Content-Length: 1"),
        "articles with a byte too many": _SOUND_PAGE + b"\0",
        "articles that follow unasked": _SOUND_PAGE * 50,
        "articles behind continues": b"HTTP/1.1 100 Continue\r\n\r\n" * 10_000 + _SOUND_PAGE,
        "articles that want to wait": _reply(b"", b"Retry-After: 99999999", status=b"410 Gone"),
        "articles that change each time": lambda _: _reply(_page(f"<p>Words {next(numbers)}</p>")),
    }
    for name, articles in answers.items():
        yield name, _site(articles=articles)
    yield "articles that come byte by byte", _slow("2020-", _HTML, b"<p>")
    yield "articles that never come", _slow("2020-", b"", b"")


def list_hostile_sites() -> Iterator[tuple[str, Speak]]:
    """(name, site)."""
    yield from _list_robots()
    yield from _list_lists()
    yield from _list_articles()
