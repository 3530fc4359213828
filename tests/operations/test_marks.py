"""What tells a purge that bytes are of a purged article."""

from __future__ import annotations

import gzip

from harbincrawl.operations.purge.evidence import next_name
from harbincrawl.operations.purge.marks import make_marks


def test_marks_see_through_markup_entities_and_codings() -> None:
    marks = make_marks([7200], ["The metro’s second line opened on Monday, and thousands came. Short one."])
    words = "The metro’s second line opened on Monday, and thousands came."
    assert marks.find_in_page(b"<p>The metro&rsquo;s <b>second\n line</b> opened on Monday, and thousands came.</p>")
    assert marks.find_in_page(f"<meta charset=gb2312>{words}图".encode("gb18030"))
    assert marks.find_in_page(b'<meta content="The metro&#8217;s second line opened on Monday, and thousands came.">')
    assert marks.find_in_page(b'<a href="/news/2024-05-06/7200_2.html">x</a>') == "its address"
    assert marks.find_in_page(b'<a href="/news/2024-05-06/17200.html">Short one.</a>') is None
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n"
    page = gzip.compress(("x" * 3000 + words).encode())
    assert marks.find_in_block(head + page)
    assert marks.find_in_block(head + page[:-8]), "also where the answer was cut short"


def test_a_purged_file_keeps_its_place_among_the_others() -> None:
    assert next_name("harbincrawl-20260101000000-00000.warc.gz") == "harbincrawl-20260101000000-00000-p1.warc.gz"
    assert next_name("harbincrawl-20260101000000-00000-p9.warc.gz") == "harbincrawl-20260101000000-00000-p10.warc.gz"
