"""Captured pages that try to hide, cover or imitate what is said about them, in real Chromium."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.support.archives import build_archive
from tests.support.web_site import Site, keep_page, running

HOSTILE_STYLES: dict[str, str] = tomllib.loads(
    (Path(__file__).parents[1] / "support" / "hostile_styles.toml").read_text("utf-8")
)
ADDRESS = "http://e.my399.com/news/2024-05-01/1.html"
FAKE = "Captured 1 January 1999, 00:00 UTC from http://bank.example/ – a copy kept in an archive"
COVER = "position:fixed;top:0;left:0;right:0;bottom:0;inset:-200vh;z-index:2147483647;background:#fff8e1;color:#222"
OUT = f'<div style="{COVER}" id="out">{FAKE}</div>'


def style(text: str) -> str:
    return f"<html><head><style>{text}</style></head><body><p>Words of the page</p>{'<p>more</p>' * 200}</body></html>"


def body(text: str) -> str:
    return f"<html><body><p>Words of the page</p>{text}{'<p>more</p>' * 200}</body></html>"


PAGES = {
    "hides all": style("html,body,main,div,[role=note],*{display:none!important}p,p *{display:block!important}"),
    "makes all unseen": style("*{visibility:hidden!important;opacity:0!important}:root{opacity:0!important}"),
    "turns and filters": style(
        ":root,html,body{filter:invert(1)!important;transform:rotate(180deg)!important;clip-path:circle(0)!important}"
    ),
    "moves away": style("html,body,[role=note],div{position:absolute!important;left:-9999px!important}"),
    "covers": body(OUT),
    "covers by names": style(f"p,div,span,body{{{COVER}}}"),
    "covers without a place": style(f"p{{position:absolute;top:-500px;height:900px;{COVER};position:absolute}}"),
    "covers by what stands before": style(
        f'html::before,body::before,main::before,div::before,[role=note]::after{{content:"{FAKE}";{COVER}}}'
    ),
    "covers by its host": style(
        f":host,:host(*),:host-context(body){{display:block!important;margin:-900px!important;width:300vw!important;"
        f"height:300vh!important;transform:translateY(-600px) scale(4)!important;contain:none!important;{COVER}}}"
    ),
    "covers by what stands before its host": style(f':host::before,:host::after{{content:"{FAKE}";{COVER}}}'),
    "hides its host": style(":host{display:none!important}"),
    "zooms": style(":host,:root,*{zoom:20!important;font-size:400px!important;top:0!important}"),
    "pulls up": style("p:first-child,:host{margin-top:-4000px!important;float:left;shape-outside:none}"),
    "first letters": style("::first-line,::first-letter,*::selection{font-size:0!important;color:transparent}"),
    "important layers": style("@layer a{*{display:none!important}}@layer{[role=note]{all:unset!important}}"),
    "moves in time": style(
        "@keyframes k{to{opacity:0;transform:scale(0)}}*{animation:k 1ms forwards!important;transition:all 1ms}"
    ),
    "registers": style("@property --a{syntax:'*';inherits:true;initial-value:red}@view-transition{navigation:auto}"),
    "reaches for parts": style("::part(note),::slotted(*),:has(*),:is(html,body,div),:root *{display:none!important}"),
    "no containment": style("main,div,:host{contain:none!important;overflow:visible!important;isolation:auto}"),
    "print and screens": style("@media all{[role=note]{display:none!important}}@supports(top:0){html{display:none}}"),
    "a body with styles": f'<html style="{COVER}"><body style="{COVER};display:none">Words{OUT}</body></html>',
    "ends the tree": body(f"</template></div></main></body></html>{OUT}"),
    "ends the tree in a text area": body(f'<textarea><img title="</textarea></template></main>{OUT}"></textarea>'),
    "ends the tree in raw text": body(
        "".join(f"<{name}></template></main>{OUT}</{name}>" for name in ("xmp", "noscript", "title", "style"))
        + f"<select></template>{OUT}<option></template></select>"
    ),
    "ends the tree in other names": body(f"<svg><title></template>{OUT}</svg><math><mtext></template>{OUT}</math>"),
    "ends the tree in what is no element": body(f"<!--></template>{OUT}--><![CDATA[</template>{OUT}]]><?</template>?>"),
    "ends the tree by attributes": body(f"<p title='</template></main>{OUT}' class=\"'></template>\">x</p>"),
    "ends the tree in plain text": body(f"<plaintext></template></main>{OUT}"),
    "ends the tree in depth": body(f"{'<div>' * 1200}</template>{OUT}{'</div>' * 1200}"),
    "ends the tree in tables": body(f"<table><tr><template></template></template>{OUT}<td></table></main>{OUT}"),
    "styles that end": style(f"p{{color:red}}</style></template>{OUT}<style>p{{}}"),
    "styles without an end": style('p{color:red}/* "[('),
    "trees of its own": body(f'<div><template shadowrootmode="open"><slot></slot>{OUT}</template>{OUT}</div>'),
    "top layers": body(f"<dialog open {OUT[4:]}<div popover {OUT[4:]}<marquee>{OUT}</marquee>"),
    "frames": body(f'<iframe srcdoc="{FAKE}" style="{COVER}"></iframe><object data="data:text/html,x" {OUT[4:]}'),
    "the other way round": f'<html dir="rtl"><bdo dir="rtl">\u202e{OUT}</bdo></html>',
    "links and maps": body(
        """<base href="http://bank.example" target="_self">
        <meta http-equiv="refresh" content="0;url=http://bank.example"><a id="a" href="2.html" target="_self">one</a>
        <map name="m"><area id="b" href="2.html" target="frame"></map><img usemap="#m" width="300" height="300">
        <form action="2.html"><button id="c">Go</button><input type="image">
        <input type="submit" formaction="2.html" formtarget="_self"></form>
        <svg><a href="2.html"><text>x</text></a></svg><a href="javascript:alert(1)" ping="http://bank.example/">x</a>
        <a href=" &#1;data:text/html,x">y</a>"""
    ),
}  # fmt: skip
PLAIN = style("")
PATIENCE = 120_000
"""Milliseconds."""
SEEN: dict[tuple[str, str, int], list[bytes]] = {}
"""What is seen above the harmless page, by what is asked for, scheme and width."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, dict[str, int]]]:
    with showing(tmp_path_factory.mktemp("captured") / "archive", PAGES) as shown:
        yield shown


@pytest.fixture(scope="module")
def styled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, dict[str, int]]]:
    pages = {name: style(text) for name, text in HOSTILE_STYLES.items()}
    with showing(tmp_path_factory.mktemp("styled") / "archive", pages) as shown:
        yield shown


@contextmanager
def showing(folder: Path, pages: Mapping[str, str]) -> Iterator[tuple[Site, dict[str, int]]]:
    """A site, and its captures by name: all of one address and one moment, so that what is said about them is alike."""
    archive = build_archive(folder, [{"number": 1, "title": "One"}])
    captures = {name: keep_page(archive, ADDRESS, page) for name, page in {"plain": PLAIN, **pages}.items()}
    captures["other"] = keep_page(archive, ADDRESS.replace("1.html", "2.html"), "<p>The other page</p>")
    with running(archive) as started:
        yield started, captures


def take_bars(context: Any, site: Site, capture: int, rest: str) -> list[bytes]:
    """What is seen above the page of a capture, around its frame too: at once, and after scrolling to the end."""
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{site.port}/captures/{capture}{rest}")
    # This tells which of the captures it is.
    page.evaluate("document.querySelector('.steps')?.remove()")
    box = page.frames[-1].locator("[role=note]").bounding_box()
    clip = {"x": 0, "y": 0, "width": page.viewport_size["width"], "height": box["y"] + box["height"]}
    taken = [page.screenshot(clip=clip, animations="allow")]
    if rest:
        page.mouse.move(40, box["height"] + 60)
        page.mouse.wheel(0, 3000)
        taken.append(page.screenshot(clip=clip, animations="allow"))
    page.close()
    return taken


LOOKS = (("light", 1280), ("dark", 360), ("light", 768))


@pytest.mark.parametrize(("name", "scheme", "width"), [(name, *LOOKS[at % 3]) for at, name in enumerate(PAGES)])
def test_no_page_changes_what_is_seen_of_the_bar_above_it(
    chromium: Any, site: tuple[Site, dict[str, int]], name: str, scheme: str, width: int
) -> None:
    context = chromium.new_context(color_scheme=scheme, viewport={"width": width, "height": 1200})
    context.set_default_timeout(PATIENCE)
    for rest in ("", "/page"):
        if (rest, scheme, width) not in SEEN:
            SEEN[rest, scheme, width] = take_bars(context, site[0], site[1]["plain"], rest)
        assert take_bars(context, site[0], site[1][name], rest) == SEEN[rest, scheme, width]
    context.close()


@pytest.mark.parametrize("name", HOSTILE_STYLES)
def test_no_style_changes_what_is_seen_of_the_bar_above_a_page_alone(
    chromium: Any, styled: tuple[Site, dict[str, int]], name: str
) -> None:
    context = chromium.new_context(viewport={"width": 700, "height": 600})
    if ("styled", "", 700) not in SEEN:
        SEEN["styled", "", 700] = take_bars(context, styled[0], styled[1]["plain"], "/page")
    assert take_bars(context, styled[0], styled[1][name], "/page") == SEEN["styled", "", 700]
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_nothing_of_a_page_stands_outside_of_its_tree_and_all_links_lead_away_as_a_whole(
    chromium: Any, site: tuple[Site, dict[str, int]], name: str
) -> None:
    page = chromium.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"http://127.0.0.1:{site[0].port}/captures/{site[1][name]}/page")
    elements = "[...document.querySelectorAll('body *')].map(each => each.localName)"
    assert page.evaluate(elements) == ["div", "main", "div"]
    text = page.evaluate("document.querySelector('main').previousElementSibling.textContent")
    assert text.startswith("Captured 1 June 2024, 08:00:00 UTC from http://e.my399.com/news/2024-05-01/1.html")
    links = page.evaluate(
        "[...document.querySelector('main div').shadowRoot.querySelectorAll('[href], [action], [formaction]')]"
        ".map(each => [each.target, new URL(each.href).pathname])"
    )
    assert {tuple(each) for each in links} <= {("_top", f"/captures/{site[1]['other']}")}
    page.close()


def test_a_link_in_the_frame_takes_the_evidence_beside_it_along_and_nothing_else_goes_anywhere(
    chromium: Any, site: tuple[Site, dict[str, int]]
) -> None:
    started, captures = site
    page = chromium.new_page()
    page.set_default_timeout(PATIENCE)
    address = f"http://127.0.0.1:{started.port}/captures/{captures['links and maps']}"
    page.goto(address)
    frame = page.frames[-1]
    for button in frame.locator("button, input").all():
        button.click(force=True)
    page.wait_for_timeout(300)
    assert (page.url, frame.url) == (address, f"{address}/page")
    frame.click("#a")
    page.wait_for_url(f"**/captures/{captures['other']}")
    assert "2.html" in page.inner_text(".bar")
    assert urlsplit(page.frames[-1].url).path == f"/captures/{captures['other']}/page"
    page.go_back()
    assert page.url == address and "1.html" in page.inner_text(".bar")
    page.close()


def test_a_captured_page_is_scrolled_by_keyboard_and_printed_whole(
    chromium: Any, site: tuple[Site, dict[str, int]]
) -> None:
    started, captures = site
    page = chromium.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"http://127.0.0.1:{started.port}/captures/{captures['plain']}/page")
    page.bring_to_front()
    # A key that is pressed before the window is ready for it is lost.
    for _ in range(100):
        if page.evaluate("document.activeElement.localName") != "main":
            page.keyboard.press("Tab")
        page.keyboard.press("End")
        page.wait_for_timeout(100)
        if page.evaluate("document.querySelector('main').scrollTop > 1000"):
            break
    assert page.evaluate("[document.activeElement.localName, document.querySelector('main').scrollTop > 1000]") == [
        "main", True,
    ]  # fmt: skip
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollHeight") > 4000
    page.close()
