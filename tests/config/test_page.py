"""docs/settings.md names every setting, as the schema has it."""

from __future__ import annotations

from harbincrawl.config.schema import SETTINGS
from tests.support.readme_examples import SETTINGS_PAGE, make_settings


def test_the_page_is_what_the_schema_says() -> None:
    page = SETTINGS_PAGE.read_text("utf-8")
    assert page == make_settings()
    assert all(f"| `{each.name}` |" in page and each.variable in page for each in SETTINGS)


def test_names_of_keys_and_variables_are_unique() -> None:
    assert len({each.key for each in SETTINGS}) == len({each.variable for each in SETTINGS}) == len(SETTINGS)


def test_every_default_is_a_value_that_the_setting_may_have() -> None:
    for each in SETTINGS:
        assert each.default is None or each.convert(each.default) == each.default
        assert each.meaning.endswith(".")
