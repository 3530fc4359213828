"""The skins of the twin by name: kinds of markup that say the same to a reader."""

from __future__ import annotations

import re

from tests.support.twin.manner import Manner

from .skin import EndSkin, Skin, TemplateSkin

_ENTITIES = {"“": "&ldquo;", "”": "&rdquo;", "’": "&rsquo;", "–": "&#8211;", "—": "&mdash;", "•": "&bull;"}

SKINS: dict[str, Skin] = {
    skin.name: skin
    for skin in (
        TemplateSkin("tables"),
        TemplateSkin("divsoup", "root", "{title} - {site}"),
        TemplateSkin("html5", title_pattern="{title} | {host}"),
        TemplateSkin("word", title_pattern="{title}_{owner}", replaced=_ENTITIES),
        TemplateSkin("onecell", "root", "{site}"),
        TemplateSkin("brbr", "relative"),
        # An ampersand between blanks stays bare, as people write it.
        TemplateSkin("oldhtml", title_pattern="{title}_{site}", replaced={" &amp; ": " & "}),
        TemplateSkin("portal", title_pattern="{site}_{host}"),
        TemplateSkin("cms", "root"),
        TemplateSkin("cards", "relative", "{title} - {host}"),
        TemplateSkin("rowspan", "root", "Untitled Document"),
        TemplateSkin("phone", "relative", "{title} &#124; {site}"),
    )
}
"""Date and By line above the text."""

END_SKINS: dict[str, Skin] = {
    skin.name: skin
    for skin in (
        EndSkin("bracket"),
        EndSkin("clock", "root"),
        EndSkin("behind", "relative"),
        EndSkin("split"),
        EndSkin("breaks", "root"),
        EndSkin("cells"),
    )
}
"""Pages that may lack a date, or have their labels behind the text."""


def list_skins(manner: Manner) -> tuple[str, ...]:
    """The names of the skins that print pages in this manner, in order."""
    return tuple(END_SKINS if manner.at_end else SKINS)


def find_skin(name: str) -> Skin:
    """The skin called `name`. Raises KeyError."""
    return SKINS.get(name) or END_SKINS[name]


_TAG = re.compile(r"<[a-zA-Z][^<>]*>")
_NAME = re.compile(r"<([a-zA-Z][\w:-]*)")
_KEPT = re.compile(r"""\s(href|src|alt)=("[^"]*"|'[^']*'|[^\s>]+)""", re.IGNORECASE)


def bare(page: str) -> str:
    """`page` without any class, id or other attribute but href, src and alt; what it says must still be readable."""
    return _TAG.sub(_bared, page)


def _bared(match: re.Match[str]) -> str:
    name = _NAME.match(match[0])
    kept = "".join(f" {key}={value}" for key, value in _KEPT.findall(match[0]))
    return f"<{name[1] if name else ''}{kept}>"
