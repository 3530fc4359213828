"""What a site file may say: a dataclass a table, with the form and the meaning of each key."""

from __future__ import annotations

from dataclasses import MISSING, dataclass
from typing import ClassVar

from harbincrawl.config.setting import FILLED, Table, setting

_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?"
_SECTION = r"[^\s/?#{}]+(?:/[^\s/?#{}]+)*"


@dataclass(frozen=True, kw_only=True)
class SiteSettings(Table):
    """What stands above the first table."""

    TABLE: ClassVar[str] = ""

    name: str = setting(
        MISSING,
        "The prefix of article ids: `harbin-today`.",
        pattern=r"[a-z0-9][a-z0-9-]{0,39}",
        form='small letters, digits and "-", such as "harbin-today"',
    )
    title: str = setting(MISSING, "For people.", pattern=FILLED)
    base: str = setting(
        MISSING,
        "The site's own origin, without a slash at its end.",
        pattern=rf"https?://{_HOST}(?::\d{{1,5}})?",
        form="an origin such as http://www.example.com, with no slash at its end",
    )
    aliases: tuple[str, ...] = setting(
        (),
        "Other hosts that answer with the same pages: their addresses are read as the site's own.",
        pattern=_HOST,
        form="host names",
    )
    scope: str = setting(
        "/",
        "The path below which the site lives.",
        pattern=r"/(?:[^\s?#]*/)?",
        form='a path that begins and ends with "/"',
    )
    default_sections: tuple[str, ...] = setting(
        (), "Paths of the sections that are read where none is named.", pattern=_SECTION, form="paths of sections"
    )
    time_zone: str = setting(
        "UTC",
        "The zone of its days.",
        pattern=r"\S+",
        form="the name of a time zone, such as Asia/Shanghai",
    )
    languages: tuple[str, ...] = setting(
        ("en",),
        "For dates that are not ISO.",
        pattern=r"[a-z]{2,3}(?:-[A-Za-z]+)?",
        form="codes of languages such as en",
    )
    stemmer: str = setting(
        "porter",
        "`porter`, or `none` where a search finds words as they are written.",
        choices=("porter", "none"),
        form='"porter" or "none"',
    )
    page_size: int = setting(0, "Lines on a full listing page; 0: as many as its page 1 shows.", most=10_000)
    counter: bool = setting(False, "True where ids are one counter of the site, so that missing numbers say something.")
    title_suffixes: tuple[str, ...] = setting((), "Names that a document title may end with after a divider.")


@dataclass(frozen=True, slots=True)
class Section(Table):
    """A list of the site."""

    TABLE: ClassVar[str] = "section"
    IS_REPEATED: ClassVar[bool] = True

    path: str = setting(
        MISSING,
        "What names it in addresses, without slashes at its ends: `news`, `culture/music`, `node_1139763`.",
        pattern=_SECTION,
        form="the path of a section",
    )
    label: str = setting("", "What the breadcrumb calls it; empty where no page was seen that says so.")
    certain: bool = setting(
        True, "False where several labels were seen under one prefix: the page's own breadcrumb comes first then."
    )
    list: str | None = setting(
        None,
        "The path of its list's page 1, where the site's template does not give it.",
        pattern=r"/[^\s?#]*",
        form='a path such as "/news/"',
    )


@dataclass(frozen=True)
class ProofHabits(Table):
    """What shows a page to be the site's own."""

    TABLE: ClassVar[str] = "proof"

    labels: bool = setting(True, "A section's own label in the breadcrumb, or as the words of a link to its list.")
    links: bool = setting(True, "Links to other articles of known sections.")
    copyright: tuple[str, ...] = setting((), "Words of the notice of copyright in the page's foot.")
