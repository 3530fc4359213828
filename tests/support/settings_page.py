"""docs/settings.md, made from the schema of the settings; run as a module it writes the page anew."""

from __future__ import annotations

from harbincrawl.config.schema import SETTINGS
from harbincrawl.config.setting import Setting

from .readme_examples import HERE

PAGE = HERE / "docs" / "settings.md"
_HEADINGS = {
    "": "Above the first table",
    "notify": "`[notify]`: notifications",
    "seal": "`[seal]`: time stamps of seals",
    "dataset": "`[dataset]`: what datasets say of themselves",
    "health": "`[health]`: bounds of the health rules",
}


def make_page() -> str:
    """The whole page: what stands above the tables stays."""
    parts = [PAGE.read_text("utf-8").partition("\n## ")[0]]
    for table, heading in _HEADINGS.items():
        rows = [_make_row(each) for each in SETTINGS if each.table == table]
        head = "| key | meaning | expected | default | variable |\n|---|---|---|---|---|"
        parts.append("\n".join([f"## {heading}\n", head, *rows]) + "\n")
    return "\n".join(parts)


def _make_row(each: Setting) -> str:
    meaning = each.meaning + (" Secret." if each.secret else "") + (f" Flag: `{each.flag}`." if each.flag else "")
    default = "none" if each.default in (None, ()) or each.default is False else f"`{each.default}`"
    variable = f"`{each.variable}`" if each.variable else "none"
    return f"| `{each.name}` | {meaning} | {each.expected} | {default} | {variable} |"


if __name__ == "__main__":
    PAGE.write_text(make_page(), "utf-8")
