"""Pictures that belong to no article: icons, codes to scan, banners, advertisements, players, a host's portrait."""

from __future__ import annotations

from .kind import Kind, Scene, escape

NETWORKS = ("weibo", "wechat", "qzone", "vk", "mail")
BRANDS = ("Polar Bear kefir", "Birch & Sons sledges", "The Warm Ear, hatters", "Lantern Bank", "Amur tea rooms")


def _share_icons(_: Scene) -> str:
    return (
        '<div class="share">'
        + "".join(
            f'<a href="http://share.example.com/{name}"><img src="/images/share/{name}.png" alt="" width="24"></a> '
            for name in NETWORKS
        )
        + "</div>"
    )


def _share_words(_: Scene) -> str:
    return (
        '<div class="bdshare"><span>Pass it on to</span> '
        + " ".join(
            f'<a href="http://share.example.com/{name}"><img src="/images/{name}_small.gif" alt="{name}"></a>'
            for name in NETWORKS
        )
        + "</div>"
    )


def _code(scene: Scene) -> str:
    return f'<div class="code"><img src="/d/file/qr/{scene.number(10**7, 10**8)}.png" alt=""><p>Hold your phone over the pattern</p></div>'


def _code_alone(scene: Scene) -> str:
    return (
        f'<p align="center"><img src="/d/file/qr/{scene.number(10**7, 10**8, "q")}.png" width="120" height="120"></p>'
    )


def _ad(scene: Scene) -> str:
    brand = scene.pick(BRANDS)
    at = BRANDS.index(brand)
    return (
        f'<div class="ad"><a href="http://ads.example.com/{at}"><img src="/d/file/ad/{at}.jpg" alt=""></a>'
        f"<p>{escape(brand)} wish all readers a slow evening</p></div>"
    )


def _ad_of_day(scene: Scene) -> str:
    at = scene.day.toordinal() % 5
    return (
        f'<p align="center"><a href="http://ads.example.com/d{at}"><img src="/d/file/ad/day{at}.jpg" alt="{escape(BRANDS[at])}"></a>'
        "</p>"
    )


def _player(scene: Scene) -> str:
    return (
        f'<div class="listen"><img src="/images/headphones.png" alt=""> Have it read to you '
        f'({scene.number(1, 8)}:{scene.number(0, 59, "s"):02}) <audio src="/d/file/voice/{scene.number(1, 9999)}.mp3"></audio></div>'
    )


KINDS = (
    Kind("share icons below by", "below by", _share_icons, form="block"),
    Kind("share icons at end", "text end", _share_icons, form="block"),
    Kind("share bar of words", "below text", _share_words, form="block"),
    Kind("code with words", "text end", _code, form="block", varies="page"),
    Kind("code alone", "text end", _code_alone, form="block", varies="page"),
    Kind(
        "banner above title",
        "above title",
        lambda _: (
            '<div class="bn"><a href="/app/"><img src="/d/file/app/banner.jpg" alt="The pocket edition"></a></div>'
        ),
        form="block",
        lists="above list",
    ),
    Kind(
        "banner at start",
        "text start",
        lambda _: '<p align="center"><img src="/d/file/2019-01-04/lampfair.jpg"></p>',
        form="block",
    ),
    Kind("advertisement inside", "in text", _ad, form="block", varies="page", after=2, lists="in list"),
    Kind("advertisement of day", "in text", _ad_of_day, form="block", varies="day", after=1, lists="below list"),
    Kind("listen to it", "below by", _player, form="block", varies="page"),
    Kind(
        "app at end",
        "text end",
        lambda _: (
            '<div><img src="/d/file/app/phone.png" alt=""><p>Scan, install, and have the city in your mitten</p></div>'
        ),
        form="block",
    ),
    Kind(
        "logo line",
        "text start",
        lambda _: '<p><img src="/images/desk.gif"> From the desk on the fourth floor</p>',
        form="block",
    ),
)
