"""config.toml: read where it is, told by name where it makes no sense."""

from __future__ import annotations

from pathlib import Path

import pytest

from harbincrawl.config import read_settings, read_table
from harbincrawl.crawl.measures import read_bounds
from harbincrawl.errors import SettingsError


def test_no_file_means_no_settings(tmp_path: Path) -> None:
    assert read_settings(tmp_path) == {}
    assert read_table(tmp_path, "health") == {}


def test_a_table_is_read(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('contact = "me"\n[health]\nshared = 0.5\nignore = ["robots"]\n')
    assert read_settings(tmp_path)["contact"] == "me"
    assert read_bounds(tmp_path).shared == 0.5
    assert read_bounds(tmp_path).ignore == ("robots",)


@pytest.mark.parametrize("text", ["health = 5\n", "[health]\nnonsense = 1\n", "[health\n", '[health]\ndrop = "x"\n'])
def test_what_makes_no_sense_is_refused_with_the_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "config.toml").write_text(text)
    with pytest.raises(SettingsError, match=r"config\.toml"):
        read_bounds(tmp_path)
