"""Lines of one form whose words or numbers differ from page to page: counters, neighbours, editors, votes, tags."""

from __future__ import annotations

from .kind import Kind, Scene, escape, link

HANDS = ("Pavel Norin", "Tan Shuyi", "Greta Holm", "Ouyang Min", "Ivo Castell", "Sora Akita", "Bai Liwen")
TAGS = (
    "snow",
    "ferry",
    "market",
    "lantern",
    "school",
    "orchard",
    "tram",
    "choir",
    "bakery",
    "skates",
    "museum",
    "grain",
)


def _neighbours(scene: Scene) -> str:
    one, two = scene.near
    return f"Previous: {link(one)}\nNext: {link(two)}"


def _older_newer(scene: Scene) -> str:
    one, two = scene.near
    return f"Older in this drawer » {link(one)}\nNewer in this drawer » {link(two)}"


def _see_also(scene: Scene) -> str:
    return f"Told earlier: {link(scene.near[0])}"


def _tags(scene: Scene) -> str:
    start = scene.number(0, 11, "tag")
    words = [TAGS[(start + 5 * n) % 12] for n in range(scene.number(2, 4, "tags"))]
    return "Filed under " + ", ".join(f'<a href="/tag/{word}/">{word}</a>' for word in words)


def _bare_tags(scene: Scene) -> str:
    start = scene.number(0, 11, "bare")
    return " ".join(f'<a href="/topic/{word}.html">#{word}</a>' for word in (TAGS[start], TAGS[(start + 7) % 12]))


KINDS = (
    Kind(
        "views below by",
        "below by",
        lambda s: f"{s.number(14, 98000):,} pairs of eyes so far",
        varies="page",
        form="div",
    ),
    Kind("reads at start", "text start", lambda s: f"Opened {s.number(3, 9999)} times since breakfast", varies="page"),
    Kind(
        "reading time",
        "below by",
        lambda s: f"Takes about {s.number(2, 9)} minutes and {s.number(5, 55, 'sec')} seconds to read",
        varies="page",
        form="p",
    ),
    Kind(
        "comments at end",
        "text end",
        lambda s: f'<a href="#talk">{s.number(0, 87)} neighbours talk about it</a>',
        varies="page",
    ),
    Kind("previous and next", "text end", _neighbours, varies="page"),
    Kind("older and newer", "below text", _older_newer, varies="page", form="p"),
    Kind("told earlier inside", "in text", _see_also, varies="page", after=2),
    Kind("told earlier, half", "in text", _see_also, varies="page", after=1, form="div", stands="half"),
    Kind("checked by", "text end", lambda s: f"Checked and set by {s.pick(HANDS)}", varies="page"),
    Kind("desk hand", "below by", lambda s: f"Night hand: {s.pick(HANDS)}", varies="page", form="p"),
    Kind(
        "proof reader",
        "text end",
        lambda s: f"( proofs: {s.pick(HANDS, 'p')} / layout: {s.pick(HANDS, 'l')} )",
        varies="page",
    ),
    Kind(
        "votes at end",
        "text end",
        lambda s: (
            f'<a href="javascript:vote(1)">Warm {s.number(0, 400)}</a> '
            f'<a href="javascript:vote(0)">Chilly {s.number(0, 90, "c")}</a>'
        ),
        varies="page",
    ),
    Kind(
        "stars below title",
        "below title",
        lambda s: f"Rated {s.number(20, 49) / 10} of 5 by {s.number(7, 900, 'r')} readers",
        varies="page",
        form="div",
    ),
    Kind("tags at end", "text end", _tags, varies="page"),
    Kind("bare tags", "below text", _bare_tags, varies="page", form="div"),
    Kind(
        "paper number", "above title", lambda s: f"Sheet {s.number(1, 16)}, column {s.number(1, 6, 'c')}", varies="page"
    ),
    Kind("short address", "text end", lambda s: f"Short way here: hbt.example/{s.number(10000, 99999)}", varies="page"),
    Kind(
        "record number",
        "below title",
        lambda s: f"Docket HB{s.number(100000, 999999)}/{escape(s.section)}",
        varies="page",
        form="p",
    ),
    Kind(
        "visitors and clock",
        "text end",
        lambda s: (
            f"You are guest {s.number(1000000, 9999999):,}; the tower clock shows "
            f"{s.number(0, 23, 'h'):02}:{s.number(0, 59, 'm'):02}"
        ),
        varies="page",
        lists="below list",
    ),
    Kind(
        "fetch clock",
        "above title",
        lambda s: f"It is {s.day:%A}, {s.day:%B} {s.day.day}, {s.day.year} in the north",
        varies="day",
        lists="top",
    ),
)
