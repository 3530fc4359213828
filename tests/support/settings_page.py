"""docs/settings.md, made from the schema of the settings; run as a module it writes the page anew."""

from __future__ import annotations

from harbincrawl.config.schema import SETTINGS
from harbincrawl.config.setting import Setting

from .readme_examples import HERE

PAGE = HERE / "docs" / "settings.md"
_OPENING = """# Settings

Settings are read from `config.toml` in the archive's directory. An environment variable overrules the file, a flag
overrules both. No file is needed: every setting has a default. Secrets are kept only there or in the environment, and
never appear in messages, reports, logs, units or exports.

```toml
contact = "me@example.org"

[notify]
urls = ["https://hc-ping.com/UUID"]
command = ["sh", "-c", "jq -r .summary | mail -s harbincrawl me@example.org"]

[seal]
timestamp = ["http://timestamp.digicert.com"]

[health]
ignore = ["silence"]      # rules that are not asked
errors = 0.3              # any bound of the health rules, by name

[health.sections.gallery]
least_source = 0          # the same of one section
```

Every command checks all settings. For an unknown key or variable, a wrong type or a value out of bounds, the message
names the key, its line and the nearest known key. What writes is refused with exit code 2; what reads warns and goes on
without that setting. Where only the owner may read `config.toml`, others can still search.

`harbincrawl config` shows every setting, its value and where it comes from (the line of the file, a variable, the site,
default), secrets hidden; `harbincrawl config check` names all that is wrong at once.

Two environment variables stand for global flags: `HARBINCRAWL_ARCHIVE` for `--archive`, and `NO_COLOR` turns colours
off. In a variable, blanks separate the items of a list. [Operation](operate.md#health-rules) says what is
notified, and what the health rules compare. This page is made from `harbincrawl/config/schema.py`; a test
keeps it true.
"""
_HEADINGS = {
    "": "Above the first table",
    "notify": "`[notify]`: notifications",
    "seal": "`[seal]`: time stamps of seals",
    "dataset": "`[dataset]`: what datasets say of themselves",
    "health": "`[health]`: bounds of the health rules",
}


def make_page() -> str:
    """The whole page."""
    parts = [_OPENING]
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
