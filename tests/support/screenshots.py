"""Pictures of the web site in docs/: `python -m tests.support.screenshots` makes them of a twin, in Chromium.

It needs what `make web` installs.
"""

from __future__ import annotations

import io
import shutil
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from harbincrawl.twin import changes, make_twin, serve
from tests.support.crawling import ask, crawl
from tests.support.web_site import running

DOCS = Path(__file__).parents[2] / "docs"
WORDS = ("--all", "--images", "--recheck", "all")
FLAGS = ["--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
_EDITED = """SELECT number FROM articles WHERE revision > 1 AND body LIKE '%snow%'
 AND number IN (SELECT number FROM images) ORDER BY length(title), number LIMIT 1"""
"""An edited article with a picture."""


def fill(archive: Path) -> None:
    """Crawls the demo's twin twice, with a day of an editor between."""
    twin = make_twin(34, 240)
    with serve(twin) as url:
        crawl(archive, url, *WORDS)
        for story in [each for each in twin.listing() if changes.find_figure(each)][::3]:
            changes.edit(twin, story.number)
        changes.add(twin, 6)
        crawl(archive, url, *WORDS)


def list_pages(archive: Path) -> dict[str, str]:
    """Addresses by name of the picture."""
    ((number,),) = ask(archive, _EDITED)
    return {"serve-front": "/", "serve-article": f"/articles/harbin-today:{number}"}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "archive"
        fill(archive)
        with running(archive) as site, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
            for name, path in list_pages(archive).items():
                page = browser.new_page(viewport={"width": 1280, "height": 1000}, color_scheme="light")
                page.goto(f"http://127.0.0.1:{site.port}{path}")
                page.wait_for_load_state("networkidle")
                shown = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
                # A third of the bytes; no eye tells them apart.
                shown.quantize(128, dither=Image.Dither.NONE).save(DOCS / f"{name}.png", optimize=True)
                page.close()
            browser.close()


if __name__ == "__main__":
    main()
