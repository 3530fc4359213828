"""Names that stand in scrapy.cfg and the settings as text, where no import checks them."""

from __future__ import annotations

from configparser import ConfigParser
from importlib import import_module
from pathlib import Path

import pytest
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader
from scrapy.utils.misc import load_object

from harbincrawl.settings import DOWNLOADER_MIDDLEWARES, EXTENSIONS, ITEM_PIPELINES
from harbincrawl.spiders.harbin_today import HarbinTodaySpider

ROOT = Path(__file__).parents[2]

OURS = {
    "DOWNLOADER_MIDDLEWARES": DOWNLOADER_MIDDLEWARES,
    "EXTENSIONS": EXTENSIONS,
    "ITEM_PIPELINES": ITEM_PIPELINES,
}


def project_settings() -> Settings:
    config = ConfigParser()
    config.read(ROOT / "scrapy.cfg")
    settings = Settings()
    settings.setmodule(config["settings"]["default"], priority="project")
    return settings


def test_the_project_of_scrapy_cfg_has_our_settings_and_commands() -> None:
    settings = project_settings()
    assert settings["BOT_NAME"] == "harbincrawl"
    assert import_module(f"{settings['COMMANDS_MODULE']}.crawl").Command
    assert SpiderLoader.from_settings(settings).load("harbin_today") is HarbinTodaySpider


@pytest.mark.parametrize("name", ["SCHEDULER", "LOG_FORMATTER", "STATS_CLASS"])
def test_every_class_that_a_setting_names_is_there(name: str) -> None:
    assert load_object(project_settings()[name])


def test_every_handler_middleware_extension_and_pipeline_is_there() -> None:
    settings = project_settings()
    for addon in settings.getdict("ADDONS"):
        load_object(addon)().update_settings(settings)
    tables = ("DOWNLOAD_HANDLERS", "DOWNLOADER_MIDDLEWARES_BASE", "EXTENSIONS_BASE", *OURS)
    for table in tables:
        parts = settings.getdict(table)
        paths = [path for path in parts.values() if path] if table == "DOWNLOAD_HANDLERS" else list(parts)
        assert paths
        assert all(load_object(path) for path in paths)


def test_our_parts_stay_where_a_command_line_names_others() -> None:
    settings = project_settings()
    for table in OURS:
        settings.set(table, {"own.Part": 1}, priority="cmdline")
    for addon in settings.getdict("ADDONS"):
        load_object(addon)().update_settings(settings)
    for table, parts in OURS.items():
        assert settings.getdict(table) == parts | {"own.Part": 1}
