"""The settings of the Scrapy project: our choices, and what `scrapy` itself looks up before it reads an add-on."""

from __future__ import annotations

from harbincrawl.settings import *  # noqa: F403 - all of them, whatever they are

COMMANDS_MODULE = "harbincrawl.crawl.commands"
