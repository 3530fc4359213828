"""How pages are made of templates: filters for dates, counts and marked words; whatever is put in is made safe."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from harbincrawl.api.questions import SEARCH_FILTERS
from harbincrawl.text import CLOSE, OPEN, clean, count_text, shorten, web_address
from harbincrawl.version import __version__

_FILES = files(__package__) / "templates"
_SHEETS = ("base", "pages", "question", "print")
"""The style sheet's parts, in order: later rules win."""
STYLE = b"".join((_FILES / "style" / f"{name}.css").read_bytes() for name in _SHEETS)
STYLE_NAME = f"style-{sha256(STYLE).hexdigest()[:12]}.css"
"""Another name for another content, so that browsers may keep it for ever."""
MARK = (_FILES / "mark.svg").read_bytes()
"""The sign of the site, as browsers show it beside its name."""
MARK_NAME = f"mark-{sha256(MARK).hexdigest()[:12]}.svg"


def read_template(name: str) -> str:
    """The text of a template, or of a style sheet beside them."""
    return (_FILES / name).read_text("utf-8")


def _finalize(value: Any) -> Any:
    """What is put into a page, without control characters and direction overrides."""
    if value is None:
        return ""
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def mark(text: str | None) -> Markup:
    """A text with the words that were found in `mark` elements."""
    parts: list[Markup] = []
    for number, piece in enumerate((text or "").replace(CLOSE, OPEN).split(OPEN)):
        safe = escape(clean(piece))
        parts.append(Markup("<mark>%s</mark>") % safe if number % 2 and safe else safe)
    return Markup("").join(parts)


@lru_cache(maxsize=4096)
def show_day(day: str | None) -> Markup:
    """`30 May 2019`; of a month `May 2019`; what is no date is shown as it stands."""
    if not day:
        return Markup("no date")
    try:
        known = date.fromisoformat(day if len(day) > 7 else f"{day}-01")
    except ValueError:
        return escape(clean(day))
    text = f"{known.day} {known:%B} {known.year}" if len(day) > 7 else f"{known:%B} {known.year}"
    return Markup('<time datetime="%s">%s</time>') % (day, text)


@lru_cache(maxsize=4096)
def show_time(moment: str | None) -> Markup:
    """`30 May 2019, 08:15 UTC` of a stored time."""
    if not moment or len(moment) < 16:
        return Markup("never") if not moment else escape(clean(moment))
    return Markup('<time datetime="%s">%s, %s UTC</time>') % (moment, show_day(moment[:10]).striptags(), moment[11:16])


@lru_cache(maxsize=4096)
def show_second(moment: str | None) -> Markup:
    """`30 May 2019, 08:15:03 UTC` of a stored time."""
    if not moment or len(moment) < 19:
        return show_time(moment)
    day = show_day(moment[:10]).striptags()
    text = f"{day}, {moment[11:19]} UTC" if day.count(" ") > 1 else moment
    return Markup('<time datetime="%s">%s</time>') % (moment, text)


def _make_environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(read_template),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {
        "mark": mark, "day": show_day, "time": show_time, "second": show_second,
        "day_of": lambda moment: show_day(moment[:10]), "count": count_text, "address": web_address,
        "short": shorten,
        "number": lambda value: "–" if value is None else f"{value:,}",
    }  # fmt: skip
    environment.globals |= {
        "version": __version__, "style": STYLE_NAME, "mark_name": MARK_NAME, "filters": SEARCH_FILTERS,
    }  # fmt: skip
    return environment


_ENVIRONMENT = _make_environment()


def render(template: str, values: Mapping[str, Any]) -> bytes:
    """A page in UTF-8."""
    return _ENVIRONMENT.get_template(template).render(values).encode("utf-8", "replace")
