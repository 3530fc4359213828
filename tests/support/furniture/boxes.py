"""Boxes and columns: related stories, most read, polls, tickers, forms, tools, a story in focus above a list."""

from __future__ import annotations

from collections.abc import Sequence

from .kind import Kind, Other, Scene, escape, link

HEADLINES = (
    "Ferry timetable changes at midnight",
    "Kite makers seek apprentices",
    "Bakery on Mill Street sells out by seven",
    "Choir of tram drivers rehearses",
    "Skating rink opens its north gate",
    "Night bus gets heated stops",
)


def _titles(others: Sequence[Other]) -> str:
    return "<ul>" + "".join(f"<li>{link(other)}</li>" for other in others) + "</ul>"


def _related(scene: Scene) -> str:
    at = scene.number(0, max(0, len(scene.others) - 4), "rel")
    return f'<div class="rel"><h3>More from the same drawer</h3>{_titles(scene.others[at : at + 3])}</div>'


def _related_teasers(scene: Scene) -> str:
    at = scene.number(0, max(0, len(scene.others) - 3), "tease")
    made = "".join(f"<dt>{link(one)}</dt><dd>{escape(one.teaser)}</dd>" for one in scene.others[at : at + 2])
    return f'<div class="also"><p><b>Readers went on to</b></p><dl>{made}</dl></div>'


def _most_read(scene: Scene) -> str:
    return f'<div class="hot"><h4>What the city opened most</h4>{_titles(scene.others[:6])}</div>'


def _column(scene: Scene) -> str:
    return (
        '<div class="side"><p>At the corner table</p><p>Every week a baker, a boatman and a bookbinder drink tea '
        "with us and say what they think of the weather, the trams and the price of coal.</p>"
        f"{_titles(scene.others[2:5])}</div>"
    )


def _poll(scene: Scene) -> str:
    return (
        '<div class="poll"><p>Would you cross the river on foot?</p><form action="/poll.php"><p><input type="radio"> '
        'Every day</p><p><input type="radio"> Only with a rope</p><p><input type="submit" value="Vote"></p></form>'
        f"<p>{scene.of_day(200, 9000)} have answered</p></div>"
    )


def _subscribe(_: Scene) -> str:
    return (
        '<div class="letter"><h3>A letter on Fridays</h3><p>Five stories, one recipe, no noise.</p>'
        '<form action="/letter.php"><input type="text" name="m"><input type="submit" value="Send me one"></form></div>'
    )


def _ticker(scene: Scene) -> str:
    at = scene.day.toordinal()
    lines = [f"{9 + n}:{(at * 7 + n * 13) % 60:02} {HEADLINES[(at + n) % len(HEADLINES)]}" for n in range(3)]
    return '<div class="tick">' + "".join(f"<p>{line}</p>" for line in lines) + "</div>"


def _tools(_: Scene) -> str:
    return (
        '<div class="tools"><a href="javascript:size(1)">Bigger letters</a> <a href="javascript:size(-1)">Smaller '
        'letters</a> <a href="javascript:paper()">On paper</a> <a href="javascript:keep()">Put aside</a></div>'
    )


def _trail(scene: Scene) -> str:
    return f'<div class="trail"><a href="/">Home</a>&gt;<a href="/{scene.section}/">{escape(scene.label)}</a></div>'


def _letter_form(_: Scene) -> str:
    return (
        '<div class="talk"><h3>Say something</h3><form action="/talk.php"><p>Name</p><input name="n"><p>Your line</p>'
        '<textarea name="t"></textarea><p>What is three plus four?</p><input name="c"><input type="submit"></form></div>'
    )


def _focus(scene: Scene) -> str:
    one = scene.others[scene.day.toordinal() % 5]
    return (
        f'<div class="focus"><a href="{one.href}"><img src="/d/file/focus/{scene.day.toordinal() % 5}.jpg" alt=""></a>'
        f"<h2>{link(one)}</h2><p>{escape(one.teaser)}</p></div>"
    )


def _daily_box(scene: Scene) -> str:
    at = (3 * scene.day.toordinal()) % max(1, len(scene.others) - 3)
    made = "".join(f"<p>{link(one)}</p><p>{escape(one.teaser)}</p>" for one in scene.others[at : at + 2])
    return f'<div class="today"><h3>On the kitchen table today</h3>{made}</div>'


def _lottery(scene: Scene) -> str:
    cells = "".join(f"<td>{scene.of_day(1, 33, str(n)):02}</td>" for n in range(6))
    return f'<table class="lot"><tr><th colspan="6">Ice lottery, draw of the day</th></tr><tr>{cells}</tr></table>'


KINDS = (
    Kind("related at end", "text end", _related, form="block", varies="page"),
    Kind("related inside", "in text", _related, form="block", varies="page", after=2),
    Kind("related with teasers", "text end", _related_teasers, form="block", varies="page"),
    Kind("most read beside", "beside", _most_read, form="block", lists="above list"),
    Kind("column beside", "beside", _column, form="block"),
    Kind("poll at end", "text end", _poll, form="block", varies="day", lists="below list"),
    Kind("subscribe form inside", "in text", _subscribe, form="block", after=2),
    Kind("subscribe form below", "below text", _subscribe, form="block", lists="below list"),
    Kind("ticker above title", "above title", _ticker, form="block", varies="day", lists="above list"),
    Kind("ticker inside", "in text", _ticker, form="block", varies="day", after=1, stands="half"),
    Kind("letter sizes", "below by", _tools, form="block"),
    Kind("trail again", "above title", _trail, form="block", varies="section"),
    Kind("trail at end", "text end", _trail, form="block", varies="section"),
    Kind("comment form", "text end", _letter_form, form="block"),
    Kind("focus above list", "top", _focus, form="block", varies="day", lists="above list"),
    Kind("kitchen table", "below text", _daily_box, form="block", varies="day", lists="below list"),
    Kind("kitchen table inside", "text end", _daily_box, form="block", varies="day"),
    Kind("lottery", "below text", _lottery, form="block", varies="day", lists="above list"),
)
