"""Sites that speak HTTP well and lie in what they say: robots.txt, lists, pagers and articles made to harm a crawl."""

from __future__ import annotations

import gzip
import re
import socket
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count

from .hostile_servers import Speak, trickle

Answer = Callable[[str], bytes]
"""The whole answer to the path asked for, status line and all."""
_MB = 1 << 20
_ARTICLE = re.compile(r"/news/\d{4}-\d\d-\d\d/(\d+)(?:_(\d+))?\.html")


def _reply(body: bytes, *fields: bytes, status: bytes = b"200 OK", kind: bytes = b"text/html; charset=utf-8") -> bytes:
    head = [b"HTTP/1.1 " + status, b"Content-Type: " + kind, b"Content-Length: %d" % len(body), *fields, b"", b""]
    return b"\r\n".join(head) + body


_MISSING = _reply(b"", status=b"404 Not Found")


def _line(number: int, title: str = "A title", more: str = "") -> str:
    return f"<div><a href=/news/2020-01-01/{number}.html>{title} {number}</a> 2020-01-01<br>Words. {more}</div>"


def _list(lines: str, pager: str = "") -> bytes:
    return _reply(f"<html><body>{lines}<div>{pager}</div></body></html>".encode("utf-8", "surrogatepass"))


def _page(body: str = "<p>Words of a body.</p>", title: str = "A title", top: str = "") -> bytes:
    text = f"<html><body>{top}<h1>{title}</h1><p>Updated : 2020-01-01</p><p>By ( e.my399.com )</p>{body}</body></html>"
    return text.encode("utf-8", "surrogatepass")


_SOUND_LIST = _list("".join(map(_line, range(1, 9))))
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


def _robots(body: bytes, *fields: bytes) -> Speak:
    return _site(robots=_reply(body, *fields, kind=b"text/plain"))


def _slow(at: str, first: bytes, piece: bytes) -> Speak:
    """A sound site but for pages whose path has `at` in it, which come `piece` by `piece`."""
    sound, slow = _site(), trickle(first, piece)

    def speak(head: bytes, client: socket.socket) -> None:
        (slow if at.encode() in head.split(b" ")[1] else sound)(head, client)

    return speak


def _list_robots() -> Iterator[tuple[str, Speak]]:
    every = b"User-agent: *\n"
    for name, body in {
        "a pattern of stars": every + b"Disallow: /" + b"*a" * 60 + b"b\n",
        "many patterns of stars": every + (b"Disallow: /" + b"*a" * 25 + b"b$\n") * 2000,
        "stars alone": every + b"Disallow: " + b"*" * 100_000 + b"x\n",
        "one line of 400 KB": every + b"Disallow: /" + b"a" * 400_000,
        "half a megabyte of rules": every + b"".join(b"Disallow: /x%d\n" % n for n in range(30_000)),
        "ten megabytes of groups": b"".join(b"User-agent: x%d\nDisallow: /\n" % n for n in range(350_000)),
        "groups without rules": b"User-agent: harbincrawl\n" * 20_000 + b"Disallow: /",
        "delays that are no numbers": every
        + b"".join(b"Crawl-delay: %s\n" % each for each in (b"nan", b"inf", b"-1", b"1e999", b"9" * 5000, b"0x1")),
        "a delay of nan": every + b"Crawl-delay: nan\n",
        "a delay of infinity": every + b"Crawl-delay: inf\n",
        "a delay of a year": every + b"Crawl-delay: 31536000\n",
        "rates that are none": every
        + b"Request-rate: 1/0\nRequest-rate: 9/9s 2599-9999\nVisit-time: x-y\nRequest-rate: /\n",
        "sitemaps": b"Sitemap: http://[\n" * 30_000,
        "escapes that are none": every + b"Disallow: /%zz%\xff%\n Allow: /%e5%93\n",
        "UTF-16": (every + b"Disallow: /\n").decode().encode("utf-16"),
        "two marks": b"\xef\xbb\xbf\xef\xbb\xbf" + every + b"Disallow: /\n",
        "carriage returns": b"User-agent: *\rDisallow: /x\r" * 10_000,
        "NUL": every + b"Disallow: /\0\0\n\0User-agent: x\n",
        "a page": _page("<p>Disallow: /</p>" * 5000),
        "colons": b":" * 500_000,
        "blanks": b" " * 500_000 + b"User-agent" + b" " * 20_000 + b": *\n",
    }.items():
        yield f"robots with {name}", _robots(body)
    far = b"/news/" + b"a" * 4000
    pattern = _reply(every + b"Disallow: /" + b"*a" * 30 + b"b\n", kind=b"text/plain")
    yield (
        "robots with a pattern of stars and addresses to match",
        _site(robots=pattern, lists=_reply(b"", b"Location: " + far, status=b"302 Found")),
    )
    for status in (b"301", b"307", b"308"):
        loop = _reply(b"", b"Location: /robots.txt?x", status=status + b" X")
        yield f"robots that move by {status.decode()}", _site(robots=loop, lists=loop)


def _next(path: str) -> int:
    found = re.fullmatch(r"/news/index_(\d+)\.html", path)
    return int(found[1]) if found else 1


def _pager(form: str, lines: Callable[[int], str] = lambda n: "".join(map(_line, range(8 * n, 8 * n + 8)))) -> Answer:
    def answer(path: str) -> bytes:
        n = _next(path)
        return _list(lines(n), form.format(n=n, next=n + 1, last=n + 999, total=10**12 + n))

    return answer


_DIGITS = "9" * 4000
_TOTAL = "<a title='Total record'><b>{}</b></a> "


def _list_lists() -> Iterator[tuple[str, Speak]]:
    following = "<b>{n}</b> <a href=/news/index_{next}.html>下一页</a>"
    forms = {
        "counts a million million": _TOTAL.format("{total}") + following,
        "never ends": _TOTAL.format("16") + following,
        "leads to itself": "<b>{n}</b> <a href=/news/index_{n}.html>下一页</a>",
        "leads back": "<b>{n}</b> <a href=/news/>下一页</a> <a href=/news/index_9.html>尾页</a>",
        "ends at page 999,999,999": following + " <a href=/news/index_999999999.html>尾页</a>",
        "has numbers of 4,000 digits": f"共{_DIGITS}条 <b>{{n}}</b> <a href=/news/index_{_DIGITS}.html>下一页</a>",
        "counts below zero": _TOTAL.format("-5") + following,
        "counts in other digits": _TOTAL.format("٣③²") + following,
        "counts another number each time": _TOTAL.format("{last}") + following,
        "leads off the site": "<b>{n}</b> <a href=http://127.0.0.1:9/news/index_2.html>下一页</a>",
        "leads to a script": "<b>{n}</b> <a href=javascript:go(2)>下一页</a> <a href='data:text/html,x'>尾页</a>",
        "leads to another list": "<b>{n}</b> <a href=/gallery/index_2.html>下一页</a>",
    }
    for name, form in forms.items():
        yield f"a pager that {name}", _site(lists=_pager(form))
    same = "".join(map(_line, range(1, 9)))
    yield "one page under all numbers", _site(lists=_pager(_TOTAL.format("{total}") + following, lambda _: same))
    yield "lines of one article", _site(lists=_list("".join(_line(7, f"Title {n}") for n in range(3000))))
    yield (
        "lines of 3,000 articles",
        _site(lists=_pager("", lambda _: "".join(map(_line, range(1, 3_000)))), articles=_MISSING),
    )
    turns = count()
    yield (
        "lines that are others each time",
        _site(lists=lambda _: _list("".join(map(_line, range(next(turns) * 8, next(turns) * 8 + 8))))),
    )
    odd = "\x01\x1b[31m\u202e\u2066\ufeff\ud800\x00\x7f"
    yield "titles of control characters", _site(lists=_list("".join(_line(n, odd) for n in range(1, 9))))
    yield "a title of a megabyte", _site(lists=_list(_line(1, "word " * (_MB // 5))))
    addresses = (
        "/news/2020-01-01/1.html?" + "x" * _MB, "/news/2020-01-01/\x01\r\n2.html", "//[/3.html", "http://a:b@127.0.0.1/news/2020-01-01/4.html",
        "/news/2020-01-01/" + "9" * 5000 + ".html", "/news/9999-99-99/5.html", "/news/2020-01-01/6.html#" + "\\" * 5000,
        "/news/../../../etc/2020-01-01/7.html", "/news/2020-01-01/%00.html",
        "ftp://127.0.0.1/news/2020-01-01/8.html", "\\\\127.0.0.1\\9.html",
        "http://\u2488.\u2488/news/2020-01-01/9.html", "/news/2020-01-01/-1.html", "/news/2020-01-01/1e9.html",
        "/news/2020-01-01/٣.html",
        "/news/2020-01-01/9223372036854775807.html", "/news/2020-01-01/99999999999999999999.html",
    )  # fmt: skip
    hrefs = "".join(
        f"<div><a href='{address}'>Title {n}</a> 2020-01-01<br>W</div>" for n, address in enumerate(addresses)
    )
    yield "addresses of all kinds", _site(lists=_list(hrefs + same))
    days = ("9999-12-31", "0000-00-00", "2020-02-31", "٢٠٢٠-٠١-٠١", "-1-1-1", "2020-01-01" * 900)
    yield (
        "dates of all kinds",
        _site(
            lists=_list(
                "".join(
                    f"<div><a href=/news/2020-01-01/{n}.html>T {n}</a> {day}<br>W</div>"
                    for n, day in enumerate(days, 1)
                )
            )
        ),
    )
    yield (
        "a list of 4.9 MB",
        _site(lists=_list("".join(_line(n, "A title", "words " * 200) for n in range(1, 3700))), articles=_MISSING),
    )
    yield "a list of 12 MB", _site(lists=_list("x" * (12 * _MB)))
    yield "a list of 304", _site(lists=_reply(b"", status=b"304 Not Modified"))
    yield (
        "a list of 206",
        _site(lists=_reply(_page(same), b"Content-Range: bytes 0-5/99", status=b"206 Partial Content")),
    )
    yield "a list without a byte", _site(lists=_reply(b""))
    yield "a list that is a picture", _site(lists=_reply(b"\x89PNG\r\n" + bytes(_MB), kind=b"image/png"))
    yield "a base elsewhere", _site(lists=_list("<base href=http://127.0.0.1:9/>" + same.replace("/news", "news")))
    yield (
        "a list that moves to an article",
        _site(lists=_reply(b"", b"Location: /news/2020-01-01/1.html", status=b"302 X")),
    )
    yield (
        "lists that move on for ever",
        _site(lists=lambda path: _reply(b"", b"Location: " + path.encode() + b"x", status=b"302 X")),
    )
    yield (
        "a list packed nine times",
        _site(lists=_reply(_pack(_SOUND_LIST, 9), b"Content-Encoding: " + b"gzip, " * 8 + b"gzip")),
    )
    yield (
        "a list of two gzip members",
        _site(lists=_reply(gzip.compress(b"<p>") + gzip.compress(same.encode()) + b"rest", b"Content-Encoding: gzip")),
    )
    yield (
        "cookies of 2 MB",
        _site(lists=_reply(same.encode(), *[b"Set-Cookie: a%d=%s" % (n, b"x" * 4000) for n in range(500)])),
    )
    yield (
        "a list that comes byte by byte",
        _slow("/news/", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", b"<p>"),
    )
    charsets = (
        "hex zip base64 rot13 undefined idna unicode_escape utf-7 utf-16 utf-32 punycode mbcs cp65001 ../../x %s 8859_1"
    ).split()
    text = same.encode() + b"\xff\xfe\x80"
    for charset in charsets:
        meta = b"<meta charset='%s'>" % charset.encode()
        yield (
            f"charset {charset}",
            _site(
                lists=_reply(meta + text, kind=b"text/html; charset=" + charset.encode()),
                articles=_reply(meta + _page(), kind=b"text/html; charset=" + charset.encode()),
            ),
        )


def _pack(data: bytes, times: int) -> bytes:
    for _ in range(times):
        data = gzip.compress(data, mtime=0)
    return data


@cache
def _pack_zeros() -> bytes:
    """400 MB, when they are asked for: every process of the suite lists all sites."""
    return gzip.compress(bytes(400 * _MB), 1)


def _list_articles() -> Iterator[tuple[str, Speak]]:
    bodies = {
        "4.9 MB of one line": "<p>" + "words and " * 490_000,
        "4.9 MB of paragraphs": "<p>Words of it.</p>" * 250_000,
        "100,000 pictures": "".join(f"<img src=/d/{n}.jpg>" for n in range(100_000)),
        "a picture of 4 MB within": f"<img src='data:image/png;base64,{'A' * (4 * _MB)}'>",
        "a table without end": "<table><tr><td>" * 100_000,
        "links without end": "<a href=/news/2020-01-01/1.html>" * 100_000,
        "control characters": "<p>\x01\x1b]0;x\x07\u202e\x00\ud800\x7f\x85\u2028</p>" * 1000,
        "a million pages": "<p>1/1000000 <b>1</b> <a href=1_2.html>下一页</a> <a href=1_1000000.html>尾页</a></p>",
        "script": "<script>" + "<p>x</p>" * 100_000,
        "declarations": "<![" * 300_000,
        "entities": "&#x110000;&#0;&#xd800;&#99999999999999999999;&nosuch;" * 30_000,
        "words of one letter": "<p>" + "a " * 1_000_000,
        "one word of 3 MB": "<p>" + "a" * (3 * _MB),
    }
    for name, body in bodies.items():
        yield f"an article of {name}", _site(articles=_reply(_page(body)))
    yield "an article with a title of 2 MB", _site(articles=_reply(_page(title="T" * (2 * _MB))))
    yield "an article of 16 MB", _site(articles=_reply(_page("<p>x</p>" * (2 * _MB))))
    yield "articles without a byte", _site(articles=_reply(b""))
    yield "articles of 304", _site(articles=_reply(b"", status=b"304 X"))
    yield (
        "articles that move in a circle",
        _site(
            articles=lambda path: _reply(
                b"", b"Location: " + path.replace(".html", "_2.html").replace("_2_2", "").encode(), status=b"301 X"
            )
        ),
    )
    yield (
        "articles that move to one",
        _site(
            articles=lambda path: (
                _reply(b"", b"Location: /news/2020-01-01/1.html", status=b"301 X") if "/1." not in path else _SOUND_PAGE
            )
        ),
    )
    yield (
        "articles with a tag of 60 KB",
        _site(articles=_reply(_page(), b'ETag: "' + b"x" * 60_000 + b'"', b"Last-Modified: " + b"y" * 60_000)),
    )
    yield "articles packed as nothing known", _site(articles=_reply(_page(), b"Content-Encoding: x-gzip, compress, br"))
    yield "articles packed and cut", _site(articles=_reply(gzip.compress(_page())[:-9], b"Content-Encoding: gzip"))
    yield (
        "articles that unpack to 400 MB",
        _site(articles=lambda _: _reply(_pack_zeros(), b"Content-Encoding: gzip")),
    )
    yield (
        "articles of which a byte is missing",
        _site(articles=_SOUND_PAGE.replace(b"Content-Length: ", b"Content-Length: 1")),
    )
    yield "articles with a byte too many", _site(articles=_SOUND_PAGE + b"\0")
    yield "articles that follow unasked", _site(articles=_SOUND_PAGE * 50)
    yield "articles behind continues", _site(articles=b"HTTP/1.1 100 Continue\r\n\r\n" * 10_000 + _SOUND_PAGE)
    yield "articles that want to wait", _site(articles=_reply(b"", b"Retry-After: 99999999", status=b"410 Gone"))
    numbers = count()
    yield "articles that change each time", _site(articles=lambda _: _reply(_page(f"<p>Words {next(numbers)}</p>")))
    yield (
        "articles that come byte by byte",
        _slow("2020-", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", b"<p>"),
    )
    yield "articles that never come", _slow("2020-", b"", b"")


def list_hostile_sites() -> Iterator[tuple[str, Speak]]:
    """(name, site)."""
    yield from _list_robots()
    yield from _list_lists()
    yield from _list_articles()
