"""Pictures of the web site in docs/: `python -m tests.support.screenshots` makes them of the demo, in Chromium.

It needs what `make web` installs.
"""

from __future__ import annotations

import io
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from harbincrawl.archive.database.connection import FILE
from tests.support.picture import record_demo
from tests.support.web_site import running

DOCS = Path(__file__).parents[2] / "docs"
FLAGS = ["--no-sandbox", "--disable-gpu", "--hide-scrollbars"]


def list_pages(archive: Path) -> dict[str, tuple[str, int, int, str]]:
    """By name of the picture: address, width and height of the window, colours."""
    with closing(sqlite3.connect(archive / FILE)) as connection:
        (number,) = connection.execute("SELECT number FROM revisions").fetchone()
        (capture,) = connection.execute("SELECT capture FROM articles WHERE word_count > 150 LIMIT 1").fetchone()
    changes = f"/articles/harbin-today:{number}/revisions/1..2"
    return {
        "serve-search": ("/search?q=snow+OR+ice", 1200, 900, "light"),
        "serve-changes": (changes, 1200, 700, "dark"),
        "serve-capture": (f"/captures/{capture}", 1200, 900, "light"),
        "serve-phone": ("/", 390, 844, "dark"),
    }


def main() -> None:
    """Makes the demo and takes the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        record_demo(Path(folder))
        archive = Path(folder) / "demo" / "archive"
        with running(archive) as site, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
            for name, (path, width, height, colours) in list_pages(archive).items():
                page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=colours)
                page.goto(f"http://127.0.0.1:{site.port}{path}")
                shown = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
                # A third of the bytes; no eye tells them apart.
                shown.quantize(64, dither=Image.Dither.NONE).save(DOCS / f"{name}.png", optimize=True)
                page.close()
            browser.close()


if __name__ == "__main__":
    main()
