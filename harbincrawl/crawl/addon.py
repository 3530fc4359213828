"""The one add-on that plugs all our parts into Scrapy, each at its place among Scrapy's own."""

from __future__ import annotations

from scrapy.settings import BaseSettings, get_settings_priority

PIPELINES: dict[str, int | None] = {
    "harbincrawl.pipelines.check.CheckPipeline": 100,
    "harbincrawl.pipelines.store.StorePipeline": 110,
    "harbincrawl.pipelines.images.ImagesPipeline": 120,
    "harbincrawl.pipelines.record.RecordPipeline": 130,
}
EXTENSIONS: dict[str, int | None] = {"harbincrawl.crawl.opening.Opening": 100}
MIDDLEWARES: dict[str, int | None] = {
    # Above robots.txt: what is not the site's is not even asked for its rules.
    "harbincrawl.middlewares.site.SiteMiddleware": 60,
    # Right below Scrapy's own of robots.txt, which asks for the file and obeys it.
    "harbincrawl.middlewares.robots.RobotsMiddleware": 110,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "harbincrawl.middlewares.retry.RetryMiddleware": 550,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "harbincrawl.middlewares.redirect.RedirectMiddleware": 600,
    # Below redirects: the validators are of the first address.
    "harbincrawl.middlewares.conditional.ConditionalMiddleware": 610,
    # Below Scrapy's cache (900) and whatever a user puts in between: nothing stands between it and the wire.
    "harbincrawl.middlewares.evidence.EvidenceMiddleware": 990,
}


class HarbincrawlAddon:
    """`ADDONS = {"harbincrawl.crawl.addon.HarbincrawlAddon": 100}`."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Adds our parts to those that are there, wherever they were named."""
        parts: dict[str, dict[str, int | None]] = {
            "ITEM_PIPELINES": PIPELINES,
            "EXTENSIONS": EXTENSIONS,
            "DOWNLOADER_MIDDLEWARES": MIDDLEWARES,
        }
        for name, ours in parts.items():
            known = {**settings.getdict(name), **ours}
            # Above what names others, such as the command line, whose value would stand alone.
            priority = max(get_settings_priority("addon"), settings.getpriority(name) or 0)
            settings.set(name, known, priority=priority)
