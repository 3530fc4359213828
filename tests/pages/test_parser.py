"""What the parser relies on in BeautifulSoup and lxml: each test says in a sentence what an upgrade broke."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from importlib.metadata import version
from inspect import signature

import pytest
from bs4 import BeautifulSoup

UPGRADE = f"beautifulsoup4 {version('beautifulsoup4')} with lxml {version('lxml')}"
MEND = "pages/html/parser.py needs a change, or pyproject.toml a lower bound"


class Recorder:
    """Writes down what is reported."""

    def __init__(self) -> None:
        self.resets = 0
        self.events: list[tuple[object, ...]] = []

    def reset(self) -> None:
        self.resets += 1
        self.events = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.events.append(("start", tag, dict(attributes)))

    def end(self, tag: str) -> None:
        self.events.append(("end", tag))

    def data(self, text: str) -> None:
        self.events.append(("data", text))


def test_the_builder_that_is_extended_is_where_it_was() -> None:
    try:
        builder = importlib.import_module("bs4.builder._lxml").LXMLTreeBuilder
    except (ImportError, AttributeError) as error:
        pytest.fail(f"{UPGRADE} has no bs4.builder._lxml.LXMLTreeBuilder ({error}): {MEND}")
    for name in ("reset", "start", "end", "data", "comment", "pi", "doctype"):
        assert callable(getattr(builder, name, None)), f"{UPGRADE}: LXMLTreeBuilder has no method {name}; {MEND}"
    assert [*signature(builder.start).parameters][:3] == ["self", "tag", "attrib"], (
        f"{UPGRADE}: LXMLTreeBuilder.start has other arguments; {MEND}"
    )


def test_every_element_and_text_is_reported_in_order() -> None:
    from harbincrawl.pages.html.parser import parse_page

    recorder = Recorder()
    page = "<!DOCTYPE html><?go on?><body><!-- no --><p id=a>one &amp; <b>two</b><p>three</body>"
    assert parse_page(page, recorder)
    assert recorder.resets, f"{UPGRADE}: BeautifulSoup resets no builder before it parses; {MEND}"
    texts = "".join(str(event[1]) for event in recorder.events if event[0] == "data")
    tags = [event[:2] for event in recorder.events if event[0] != "data"]
    assert texts == "one & twothree", f"{UPGRADE}: lxml reports other texts, or not to the builder; {MEND}"
    assert tags == [
        *(("start", "html"), ("start", "body"), ("start", "p"), ("start", "b"), ("end", "b"), ("end", "p")),
        *(("start", "p"), ("end", "p"), ("end", "body"), ("end", "html")),
    ], f"{UPGRADE}: lxml reports other elements, or not to the builder; {MEND}"
    assert ("start", "p", {"id": "a"}) in recorder.events, f"{UPGRADE}: attributes come in another form; {MEND}"


def test_no_tree_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    from harbincrawl.pages.html import parser

    soups = []
    monkeypatch.setattr(parser, "BeautifulSoup", lambda *told, **more: soups.append(BeautifulSoup(*told, **more)))
    parser.parse_page("<p>one<p>two", Recorder())
    assert [len(soup.contents) for soup in soups] == [0], f"{UPGRADE}: BeautifulSoup makes a tree of its own; {MEND}"


def test_a_handler_that_takes_no_namespaces_is_given_none() -> None:
    from harbincrawl.pages.html.parser import parse_page

    recorder = Recorder()
    parse_page("<html xmlns='http://www.w3.org/1999/xhtml' xmlns:v='urn:v'><body><v:shape>x</v:shape>", recorder)
    assert [event[1] for event in recorder.events if event[0] == "start"] == ["html", "body", "v:shape"], (
        f"{UPGRADE}: elements of other namespaces have other names; {MEND}"
    )


@pytest.mark.parametrize("page", ["", "no markup"])
def test_what_has_no_markup_has_no_elements(page: str) -> None:
    from harbincrawl.pages.html.parser import parse_page

    assert not parse_page(page, Recorder())


def test_the_arguments_of_start_are_worked_out_once() -> None:
    from harbincrawl.pages.html.parser import parse_page, with_signature

    class Told(Recorder):
        def start(self, tag: str, attributes: Mapping[str, str], namespaces: object = None) -> None:
            self.events.append(("start", (tag, dict(attributes)), namespaces))

    asked, told = Told(), Told()
    parse_page("<p>one", asked)
    Told.start.__signature__ = signature(with_signature(Recorder.start))
    parse_page("<p>one", told)
    assert all(event[2] is not None for event in asked.events if event[0] == "start")
    assert all(event[2] is None for event in told.events if event[0] == "start"), (
        f"{UPGRADE}: lxml asks for the arguments of start in another way; {MEND}"
    )
