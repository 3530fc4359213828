"""Two captures side by side in real Chromium: no page hides a mark, or shows one that is not the archive's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

from tests.support.archives import build_archive
from tests.support.hostile_styles import HOSTILE_STYLES
from tests.support.web_site import HOSTILE_PAGE, Site, keep_page, running
from tests.web.test_serve import AXE, watch

OWN = "http://e.my399.com/news/2024-05-01"
ADDRESS = f"{OWN}/1.html"
OLD_TIME, NEW_TIME = "2024-06-01T08:00:00Z", "2024-07-01T08:00:00Z"
BODY = "<h1>Snow in the city</h1><p>The tram runs on <b>{}</b> days of the winter.</p>" + "<p>More of it.</p>" * 60
FORGERIES = {
    "elements": "<ins>x</ins><del>x</del><mark>x</mark><u>x</u><s>x</s><h:ins>x</h:ins>",
    "looks": "<ins style='background:#dbeedd;color:#0b4d18;text-decoration:underline 2px'>x</ins>"
    "<table bgcolor=#dbeedd><td bgcolor=#fadfda background=/a.png><font color=#0b4d18 size=7>x</font></table>",
    "covers": "<div style='position:fixed;inset:0;z-index:99999;background:#fff'>Nothing is marked</div>",
    "ends": "</template></div></main><div style='position:fixed;inset:0;background:#fff'>Nothing is marked</div>",
    "ends in attributes": "<p lang='\"></template><div id=out>' title='</template>'>x</p><img alt='\"><del>x</del>'>",
    "ends in raw text": "<textarea></template></main><div id=out></textarea><xmp></template></xmp>",
    "trees": '<div><template shadowrootmode="open"><slot></slot>x</template>x</div><svg><ins>x</ins></svg>',
    "hidden by elements": "<details><summary>x</summary><dialog><p hidden inert popover>x</dialog></details>",
    "small by elements": "<small>" * 60 + "<sub>x</sub>",
    "deep": "<div>" * 1200 + "x",
    "the other way": "<bdo dir=rtl>\u202ex</bdo><p dir=rtl>x",
    "controls": "<button>x</button><select><option>x</select><input value=x autofocus><meter>x</meter>",
    "frames": "<iframe srcdoc=x style='position:fixed;inset:0'></iframe><object data='data:text/html,x'>x</object>",
}  # fmt: skip
MARKS = """(() => {
  const root = document.querySelector('main div').shadowRoot
  return [...root.querySelectorAll('ins, del')].map(each => {
    each.scrollIntoView({block: 'center'})
    const box = each.getBoundingClientRect()
    const style = getComputedStyle(each)
    const at = root.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2)
    return [each.localName, each.textContent, at === each, box.width > 8 && box.height > 8, style.backgroundColor,
      style.color, style.opacity, style.visibility, style.textDecorationLine]
  })
})()"""
"""Each mark: its words, whether it is what is seen there, its size and its looks."""
COLOURED = """[...document.querySelector('main div').shadowRoot.querySelectorAll('*')].filter(each =>
  getComputedStyle(each).backgroundColor !== 'rgba(0, 0, 0, 0)' && each.localName !== 'style').length"""
SEEN = {
    "del": ["rgb(250, 223, 218)", "rgb(130, 32, 15)", "1", "visible", "line-through"],
    "ins": ["rgb(219, 238, 221)", "rgb(11, 77, 24)", "1", "visible", "underline"],
}


PLAIN: dict[int, bytes] = {}
"""What is seen of either side of the pair without an attack."""


class Built(NamedTuple):
    site: Site
    pairs: dict[str, tuple[int, int]]
    other: int


def page(style: str, begin: str, number: int) -> str:
    """A hostile page; one of a pair that differs in a number."""
    return f"<html><head><style>{style}</style></head><body>{begin}{BODY.format(number)}</body></html>"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """Pairs of captures, all of one address and of the same two moments, so that what is said of them is alike."""
    archive = build_archive(tmp_path_factory.mktemp("compared") / "archive", [{"number": 1, "url": ADDRESS}])
    contents = {
        "plain": ("", ""),
        **{name: (style, "") for name, style in HOSTILE_STYLES.items()},
        **{name: ("", begin) for name, begin in FORGERIES.items()},
    }
    pairs = {
        name: (
            keep_page(archive, ADDRESS, page(*each, 12), OLD_TIME),
            keep_page(archive, ADDRESS, page(*each, 15), NEW_TIME),
        )
        for name, each in contents.items()
    }  # fmt: skip
    links = HOSTILE_PAGE.replace("<p ", "<a href='2.html' target=_self><a href='2.html'>nested</a></a><p ", 1)
    pairs["links"] = (
        keep_page(archive, f"{OWN}/4.html", links),
        keep_page(archive, f"{OWN}/4.html", links.replace("captured paragraph", "captured line"), NEW_TIME),
    )
    other = keep_page(archive, f"{OWN}/2.html", "<p>The other page</p>")
    with running(archive) as site:
        yield Built(site, pairs, other)


def open_marked(context: Any, built: Built, name: str, side: int) -> Any:
    one, other = built.pairs[name][side], built.pairs[name][1 - side]
    tab = context.new_page()
    tab.goto(f"http://127.0.0.1:{built.site.port}/captures/{one}/page?against={other}")
    return tab


@pytest.mark.parametrize("name", [*HOSTILE_STYLES, *FORGERIES])
def test_no_page_hides_a_mark_or_shows_one_that_is_not_the_archives(chromium: Any, built: Built, name: str) -> None:
    context = chromium.new_context(viewport={"width": 700, "height": 500})
    for side, (mark, number) in enumerate((("del", "12"), ("ins", "15"))):
        if side not in PLAIN:
            PLAIN[side] = open_marked(context, built, "plain", side).screenshot()
        tab = open_marked(context, built, name, side)
        if name in HOSTILE_STYLES:
            # Nothing of such a page is left: each pixel is as without its style.
            assert tab.screenshot() == PLAIN[side]
        assert tab.evaluate(MARKS) == [[mark, number, True, True, *SEEN[mark]]]
        assert tab.evaluate(COLOURED) == 1
        outside = tab.evaluate("[...document.querySelectorAll('body *')].map(each => each.localName)")
        assert outside == ["div", "main", "div"]
        bar = tab.inner_text("[role=note]")
        assert "1 word or picture that the capture of" in bar and "every mark is the archive's" in bar
    context.close()


def test_a_mark_is_seen_in_print_and_on_a_dark_screen(chromium: Any, built: Built) -> None:
    context = chromium.new_context(color_scheme="dark", viewport={"width": 320, "height": 500})
    tab = open_marked(context, built, "transparent", 1)
    tab.emulate_media(media="print")
    assert tab.evaluate(MARKS)[0][:2] == ["ins", "15"]
    assert tab.evaluate("document.querySelector('main').getBoundingClientRect().height") > 2000
    context.close()


def test_links_in_both_frames_take_the_window_along_and_nothing_runs(chromium: Any, built: Built) -> None:
    old, new = built.pairs["links"]
    address = f"http://127.0.0.1:{built.site.port}/captures/{old}..{new}"
    tab = chromium.new_page()
    seen = watch(tab, built.site)
    for side in (0, 1):
        for words, path in (("captured", f"/captures/{built.other}"), ("never captured", "/outside/page"),
                            ("nested", f"/captures/{built.other}"), ("outside", "/outside/page")):  # fmt: skip
            tab.goto(address)
            frame = next(each for each in tab.frames if urlsplit(each.url).path == f"/captures/{(old, new)[side]}/page")
            assert (
                frame.evaluate("document.querySelector('main div').shadowRoot.querySelectorAll('form, input').length")
                == 0
            )
            frame.click(f"a >> text='{words}'")
            tab.wait_for_url(f"**{path}*")
            assert urlsplit(tab.url).path == path
    assert seen == [] and "script ran" not in tab.title()
    tab.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_in_a_marked_page(chromium: Any, built: Built, scheme: str) -> None:
    context = chromium.new_context(bypass_csp=True, color_scheme=scheme, viewport={"width": 700, "height": 500})
    for side in (0, 1):
        tab = open_marked(context, built, "plain", side)
        tab.add_script_tag(path=AXE)
        # No page may set the spacing of our marks, so no reader's style sheet can.
        found = tab.evaluate(
            "async () => (await axe.run('main', {rules: {'avoid-inline-spacing': {enabled: false}}})).violations"
        )
        assert [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found] == []
    context.close()
