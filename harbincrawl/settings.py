"""Our choices of Scrapy's settings, each with its reason; the add-on in harbincrawl.crawl plugs in our parts."""

from __future__ import annotations

# The parts of Scrapy that are used, and no others; the settings are not documented for such use, so they have a module
# of their own that says what it relies on.
from harbincrawl.fetch.scrapy_private import DOWNLOADER_MIDDLEWARES_BASE, EXTENSIONS_BASE, SPIDER_MIDDLEWARES_BASE  # noqa: F401
from harbincrawl.version import __version__

BOT_NAME = "harbincrawl"
SPIDER_MODULES = ["harbincrawl.spiders"]
ADDONS = {"harbincrawl.crawl.addon.HarbincrawlAddon": 100}

# An honest name with a way to reach who runs it; HARBINCRAWL_CONTACT or config.toml put the address in.
USER_AGENT = f"harbincrawl/{__version__}"

# Remote control and consoles are doors that nobody needs here; Scrapy opens one by itself.
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False

# No Twisted reactor: asyncio's own transports and aiohttp's parser cost a tenth less of a page.
TWISTED_REACTOR_ENABLED = False
# Only these two are ever fetched, and no module of another scheme is loaded.
DOWNLOAD_HANDLERS = {
    "http": "harbincrawl.fetch.handler.Handler",
    "https": "harbincrawl.fetch.handler.Handler",
    **dict.fromkeys(("data", "file", "ftp", "s3")),
}

# robots.txt is read by harbincrawl.fetch.robots: RFC 9309 wants everything refused where the file answers 5xx, which
# Scrapy's own middleware allows.
ROBOTSTXT_OBEY = False

# Redirects, retries and decompression are decided in harbincrawl.fetch.fetcher, where each address is checked against
# the site's own host first, each attempt is captured, and sizes are bounded after decompression too.
REDIRECT_ENABLED = False
RETRY_ENABLED = False
COMPRESSION_ENABLED = False
COOKIES_ENABLED = False

# A whole page of the site is some 30 KB; nothing we read comes near this.
DOWNLOAD_MAXSIZE = 16 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
# Seconds for a whole answer, however the server spreads its bytes.
DOWNLOAD_TIMEOUT = 20

# One request at a time, a second apart: the site is small. --delay and --concurrency change this for loopback only.
DOWNLOAD_DELAY = 1.0
RANDOMIZE_DOWNLOAD_DELAY = False
CONCURRENT_REQUESTS = 1
CONCURRENT_REQUESTS_PER_DOMAIN = 1
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 1.0

# The spider awaits each answer; nothing is ever scheduled.
SCHEDULER = "harbincrawl.crawl.scheduler.NoScheduler"

# Scrapy starts this many tasks for every response; four are enough and cost less.
CONCURRENT_ITEMS = 4

# What a run has to say is in its report; Scrapy's own lines are for those who look for a fault (-v).
LOG_LEVEL = "ERROR"
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,*/*;q=0.5",
    "Accept-Language": "en",
    "Accept-Encoding": "gzip, deflate",
}

# The report of a run takes the place of Scrapy's statistics.
STATS_CLASS = "scrapy.statscollectors.DummyStatsCollector"
LOG_FORMATTER = "harbincrawl.crawl.quiet.QuietFormatter"
