"""Lines that are the same on all pages, or differ by section or day: slogans, hotlines, disclaimers, weather, rates."""

from __future__ import annotations

from .kind import Kind, Scene

DISHES = (
    "dumplings with sour cabbage",
    "red sausage on rye",
    "stewed goose",
    "frozen pears in syrup",
    "potato pancakes",
)
FORECASTS = ("Light snow over the harbour", "Clear and windy", "Fog until noon", "A thaw in the afternoon")
DESKS = ("Reader desk of the morning shift", "Reader desk of the evening shift", "Reader desk of the weekend crew")
QUIPS = (
    "A kettle that is watched boils when the watcher sneezes.",
    "Whoever counts snowflakes needs no calendar.",
    "One bridge mended is two banks pleased.",
    "The early tram has the warm seat.",
)


def _weather(scene: Scene) -> str:
    return f"{scene.daily(FORECASTS)}, {scene.of_day(-28, -3, 'low')} to {scene.of_day(-2, 9, 'high')} degrees"


def _rates(scene: Scene) -> str:
    return (
        f"100 rubles buy {scene.of_day(700, 990, 'rub') / 100:.2f} yuan, "
        f"one euro buys {scene.of_day(740, 799, 'eur') / 100:.2f}"
    )


def _box_of_section(scene: Scene) -> str:
    return f"You are in the reading corner of {scene.label}, where our city desk collects what matters"


KINDS = (
    Kind("slogan below by", "below by", lambda _: "A city that keeps its windows lit"),
    Kind("hotline below by", "below by", lambda _: "Saw something? Ring the night desk on 0451 8888 0399", form="div"),
    Kind("russian edition", "below by", lambda s: f'<a href="http://ru.example.com{s.path}">Читать по-русски</a>'),
    Kind(
        "read in russian",
        "below title",
        lambda s: (
            f'This story is also told <a href="http://ru.example.com{s.path}">in Russian</a> '
            f'and <a href="http://ko.example.com{s.path}">in Korean</a>'
        ),
        form="p",
    ),
    Kind(
        "app above title",
        "above title",
        lambda _: 'Take the city along: <a href="/app/">our pocket edition</a> weighs nothing',
        form="div",
    ),
    Kind(
        "disclaimer at end",
        "text end",
        lambda _: "What guests write here is their own view and binds neither the newsroom nor the city.",
    ),
    Kind(
        "disclaimer in two lines",
        "text end",
        lambda _: (
            "Pictures from agencies stay the property of the agencies.\n"
            "Whoever finds a mistake may write to the corrections desk, which answers within two days."
        ),
    ),
    Kind("copyright in text", "text end", lambda _: "© Northern Lantern Press. Reprints only after a written yes."),
    Kind("weather below by", "below by", _weather, varies="day", form="p"),
    Kind("weather at start", "text start", _weather, varies="day"),
    Kind("rates at end", "text end", _rates, varies="day"),
    Kind(
        "dish of the day",
        "in text",
        lambda s: f"Today in the newsroom canteen: {s.daily(DISHES)}",
        varies="day",
        after=2,
    ),
    Kind("quip of the day", "text end", lambda s: s.daily(QUIPS), varies="day"),
    Kind("desk of the day", "below text", lambda s: s.daily(DESKS), varies="day", form="div"),
    Kind("note of the section", "below by", _box_of_section, varies="section", form="p"),
    Kind("section's own line", "text start", lambda _: "Winter swimmers meet at the pier each dawn", stands="section"),
    Kind(
        "cookies at top",
        "top",
        lambda _: "We keep small files on your machine so that the lamps stay on. By reading along you agree.",
        lists="top",
    ),
    Kind("festival line", "text start", lambda _: "Two hundred days to the Festival of Kites", stands="half", form="p"),
    Kind(
        "subscribe inside", "in text", lambda _: "Enjoying this? The Friday letter brings five more by post.", after=2
    ),
    Kind(
        "survey inside",
        "in text",
        lambda _: 'Two minutes for us: <a href="http://survey.example.com/q">tell us how you read</a>',
        form="div",
        after=1,
    ),
    Kind("read on below", "in text", lambda _: "The story goes on below the notice", after=1, form="p", stands="half"),
    Kind("moderation", "below text", lambda _: "Be kind. Letters with insults go into the stove.", form="p"),
    Kind(
        "above list line", "top", lambda _: "Lines in this hall are set every weekday before nine", lists="above list"
    ),
)
