"""Our choices of Scrapy's settings, each with its reason, and where our parts stand among Scrapy's own."""

from __future__ import annotations

import typing

from harbincrawl.version import __version__

if typing.TYPE_CHECKING:  # by its package: Scrapy takes a name in capitals for a setting
    from scrapy.settings import BaseSettings

BOT_NAME = "harbincrawl"
SPIDER_MODULES = ["harbincrawl.spiders"]
COMMANDS_MODULE = "harbincrawl.crawl.commands"

EXTENSIONS: dict[str, int | None] = {
    # Opens the archive, ends the crawl in time, writes the report; before Scrapy's own makes a JOBDIR that is refused.
    "harbincrawl.crawl.extension.RunExtension": -100,
    # Doors that nobody needs here; Scrapy opens one by itself.
    "scrapy.extensions.remote_control.RemoteControl": None,
    "scrapy.extensions.telnet.TelnetConsole": None,
}
DOWNLOADER_MIDDLEWARES: dict[str, int | None] = {
    # No page needs a cookie, and what is not loaded takes no time.
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
    # Above robots.txt: what is not the site's is not even asked for its rules.
    "harbincrawl.middlewares.site.SiteMiddleware": 60,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "harbincrawl.middlewares.robots.RobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "harbincrawl.middlewares.retry.RetryMiddleware": 550,
    # Below redirects: the validators are of the first address.
    "harbincrawl.middlewares.conditional.ConditionalMiddleware": 610,
    # Below Scrapy's cache (900) and whatever a user puts in between: nothing stands between it and the wire.
    "harbincrawl.middlewares.evidence.EvidenceMiddleware": 990,
}
# Before all others: what these make of an item is for feeds, never for the archive.
ITEM_PIPELINES: dict[str, int | None] = {"harbincrawl.pipelines.store.StorePipeline": 0}
ADDONS = {"harbincrawl.settings.OurParts": 100}

# An honest name with a way to reach who runs it; HARBINCRAWL_CONTACT or config.toml put the address in.
USER_AGENT = f"harbincrawl/{__version__}"
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,*/*;q=0.5",
    "Accept-Language": "en",
    "Accept-Encoding": "gzip, deflate",
}

# No Twisted reactor: asyncio's own transports and aiohttp's parser cost a tenth less of a page.
TWISTED_REACTOR_ENABLED = False
# For heads to the letter, private addresses refused when the connection is made, and bounds of time and size.
DOWNLOAD_HANDLERS = {"http": "harbincrawl.fetch.handler.Handler", "https": "harbincrawl.fetch.handler.Handler"}
# For `scrapy shell`, `fetch` and `parse`, which know no --site-url: 1 lets them ask this machine.
PRIVATE_ADDRESSES = False

# Always; a run refuses another value. The rules are those for us by our own name alone.
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "harbincrawl"
ROBOTSTXT_PARSER = "harbincrawl.middlewares.robots.RobotsRules"

# A page is evidence of itself, whatever it says in a meta element.
METAREFRESH_ENABLED = False
REDIRECT_MAX_TIMES = 5

# Four attempts; what failed is asked for again before anything new, and the report names what failed for good.
RETRY_TIMES = 3
RETRY_HTTP_CODES = [408, 425, 429, 500, 502, 503, 504, 520, 522, 524]
RETRY_PRIORITY_ADJUST = 1
# Scrapy's cache, where it is enabled, keeps these as well by default: they would answer every retry, and 304 a plain
# request.
HTTPCACHE_IGNORE_HTTP_CODES = [304, *RETRY_HTTP_CODES]
# All that the download handler raises; Scrapy's own list loads Twisted's handlers, for a tenth of a second.
RETRY_EXCEPTIONS = [
    "scrapy.exceptions.CannotResolveHostError",
    "scrapy.exceptions.DownloadConnectionRefusedError",
    "scrapy.exceptions.DownloadFailedError",
    "scrapy.exceptions.DownloadTimeoutError",
    "scrapy.exceptions.ResponseDataLossError",
]
RETRY_GIVE_UP_LOG_LEVEL = "INFO"

# A whole page of the site is some 30 KB; nothing we read comes near this.
DOWNLOAD_MAXSIZE = 16 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
# Seconds for a whole answer, however the server spreads its bytes.
DOWNLOAD_TIMEOUT = 20
# A request that is dropped for its length would reach neither callback nor errback.
URLLENGTH_LIMIT = 0

# One request at a time, a second apart: the site is small. --delay and --concurrency change this for loopback only.
DOWNLOAD_DELAY = 1.0
DOWNLOAD_DELAY_JITTER = 0.0
CONCURRENT_REQUESTS = 1
CONCURRENT_REQUESTS_PER_DOMAIN = 1
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 1.0

# Newest first, as the lists have the articles.
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"

# Scrapy starts this many tasks for every response, which hardly ever has a second item.
CONCURRENT_ITEMS = 1

# What a run has to say is in its report; Scrapy's own lines are for those who ask for them (-v, -s LOG_LEVEL=INFO).
LOG_LEVEL = "ERROR"


class OurParts:
    """The add-on that keeps our parts where a command line or a script names others: Scrapy would take those alone."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Adds our parts to those that are there."""
        for name, ours in (
            ("EXTENSIONS", EXTENSIONS),
            ("DOWNLOADER_MIDDLEWARES", DOWNLOADER_MIDDLEWARES),
            ("ITEM_PIPELINES", ITEM_PIPELINES),
        ):
            settings.set(name, {**settings.getdict(name), **ours}, priority=settings.getpriority(name) or 0)
