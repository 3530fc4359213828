"""The summary of a list's item is running text at a place where most items have some; labels of any words are none."""

from __future__ import annotations

from datetime import date

import pytest

from harbincrawl.pages.listing.page import read_listing
from harbincrawl.records import Listing
from tests.support.sites import HARBIN_TODAY as SITE

LIST = f"{SITE.base}/news/"
NEXT = "<p><a href=/news/index_2.html>Onward</a></p>"
SAID = (
    "Bakers along the quay open before dawn.",
    "The tram depot lends its yard to a choir of forty drivers",
    "Silence.",
    "A heated shed for bicycles stands empty, and nobody knows why that is so.",
    "By noon the snow had reached the sills, and the ferry stayed in port",
    "Pupils plant birches along the embankment every spring.",
)
RUBRICS = ("Town talk", "On the ice", "Town talk", "Night shift", "On the ice", "Town talk")
NAMES = ("Anna Lund", "Bo Lind", "Cai Ming", "Dora Paz", "Emil Roth", "Fu Lan")
FORMS = {
    "columns": "<tr><td>{link}</td><td>{name}</td><td>{n} letters</td><td>{day}</td></tr><tr><td>{said}</td></tr>",
    "rubric above": "<div><p><b>{rubric}</b> | {day}</p><h3>{link}</h3><div>{said}</div></div>",
    "entry": "<div><h3>{link}</h3><div>{said} <a href={href}>Go on with {title}</a></div><p>Kept under <a href=/t/>"
    "{rubric}</a> by {name} on {day}, with {n} remarks so far.</p></div>",
    "paragraphs": "<div><p>{link}</p><p>{name}</p><p>{day}</p><p>{said}</p><p>{n} people saw it</p></div>",
    "breaks": "{link}<br>{day} - {name}<br>{said}<br>Kept under {rubric}<br><br>",
    "one line": "<li><h4>{link}</h4><p><i>{rubric}</i> {said} <b>{day}</b></p></li>",
    "brackets": "<p>{link} ({rubric}, {n} hits) {said} [{day}]</p>",
    "label": "<li><h4>{link}</h4><p>In short: {said}</p><p>Put down: {day} Words: {n}</p></li>",
    "card": "<li><a href={href}><img src=/d/{n}.jpg><span>{rubric}</span><h3>{title}</h3><p>{said}</p>"
    "<i>{name}, {day}</i></a></li>",
}


def write(form: str, count: int = len(SAID)) -> str:
    made = ""
    for n in range(count):
        href, title = f"/news/2016-05-0{n + 1}/{n + 1}.html", f"Story number {n} of the list"
        made += form.format(link=f"<a href={href}>{title}</a>", href=href, title=title, day=f"2016-05-0{n + 1}",
                            said=SAID[n], rubric=RUBRICS[n], name=NAMES[n], n=n * 7)  # fmt: skip
    return f"<table>{made}</table>" if form.startswith("<tr") else f"<div>{made}</div>"


def read(body: str) -> Listing:
    return read_listing(f"<html><body>{body}{NEXT}</body></html>", LIST, SITE)


@pytest.mark.parametrize("form", FORMS)
def test_what_stands_beside_the_texts_of_most_items_is_none_of_their_summaries(form: str) -> None:
    listing = read(write(FORMS[form]))
    assert [(line.title, line.date, line.summary) for line in listing.lines] == [
        (f"Story number {n} of the list", date(2016, 5, n + 1), said) for n, said in enumerate(SAID)
    ]
    assert not listing.unaccounted


@pytest.mark.parametrize("form", ["columns", "rubric above", "entry"])
def test_the_only_item_of_a_page_has_its_text_for_a_summary(form: str) -> None:
    listing = read(write(FORMS[form], 1))
    assert [(line.date, line.summary) for line in listing.lines] == [(date(2016, 5, 1), SAID[0])]


@pytest.mark.parametrize(
    "notes", ["<i>{rubric}</i><p>{day}</p>", "<p>{name}</p><p>{day}</p>", "<p>{day} / {n} letters / {rubric}</p>"]
)
def test_a_list_of_titles_with_notes_has_no_summaries(notes: str) -> None:
    listing = read(write(f"<li><h4>{{link}}</h4>{notes}</li>"))
    assert {line.summary for line in listing.lines} == {None}
    assert not listing.unaccounted


@pytest.mark.parametrize(
    "form",
    [
        "<li><h4>{link}</h4><p>{day}</p><div>Written by {name} for {rubric}</div></li>",
        "<li><h4>{link}</h4><p>{said} {said}</p><div>Heard by {name}: {said} That was all.</div></li>",
        "<li><h4>{link}</h4><p>{said} <b>{name}</b></p></li>",
    ],
)
def test_what_may_be_of_a_summary_or_not_is_reported(form: str) -> None:
    assert [each.kind for each in read(write(form)).unaccounted[:1]] == ["line"]
