"""The one add-on that plugs all our parts into Scrapy, in one order."""

from __future__ import annotations

from scrapy.settings import BaseSettings, get_settings_priority

PIPELINES = (
    "harbincrawl.pipelines.check.CheckPipeline",
    "harbincrawl.pipelines.store.StorePipeline",
    "harbincrawl.pipelines.images.ImagesPipeline",
)
EXTENSIONS = (
    "harbincrawl.crawl.opening.Opening",
    "harbincrawl.pipelines.evidence.Evidence",
)


class HarbincrawlAddon:
    """`ADDONS = {"harbincrawl.crawl.addon.HarbincrawlAddon": 100}`."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Adds pipelines and extensions to those that are there, wherever they were named."""
        for name, parts in (("ITEM_PIPELINES", PIPELINES), ("EXTENSIONS", EXTENSIONS)):
            known = settings.getdict(name)
            known.update({part: 100 + 10 * at for at, part in enumerate(parts)})
            # Above what names others, such as the command line, whose value would stand alone.
            priority = max(get_settings_priority("addon"), settings.getpriority(name) or 0)
            settings.set(name, known, priority=priority)
