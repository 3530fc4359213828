"""Pictures and their words in markup that the skins have not: (name, what they are, the HTML)."""

from __future__ import annotations

from tests.support.twin import Picture

ONE = Picture("/d/file/2024-05-02/gate.jpg", "The north gate at dusk", "Photo/my399.com")
TWO = Picture("/d/file/2024-05-02/lamp.jpg", "A lamp is lit on the quay", "Photo/Xinhua")
BARE = Picture("/d/file/2024-05-02/roof.jpg")
_ONE = '<img src="/d/file/2024-05-02/gate.jpg" alt="">'
_TWO = '<img src="/d/file/2024-05-02/lamp.jpg" alt="">'
_BARE = '<img src="/d/file/2024-05-02/roof.jpg" alt="">'

PICTURES: tuple[tuple[str, tuple[Picture, ...], str], ...] = (
    ("a figure", (ONE,), f"<figure>{_ONE}<figcaption>{ONE.line}</figcaption></figure>"),
    ("a figure in a link", (ONE,), f'<figure><a href="/d/file/big.jpg">{_ONE}</a><figcaption>{ONE.line}</figcaption></figure>'),
    ("dt and dd", (ONE,), f"<dl><dt>{_ONE}</dt><dd>{ONE.line}</dd></dl>"),
    ("a slider", (ONE, TWO), f"<ul><li>{_ONE}<p>{ONE.line}</p></li><li>{_TWO}<p>{TWO.line}</p></li></ul>"),
    ("rows of a table", (ONE, TWO), f"<table><tr><td>{_ONE}</td></tr><tr><td>{ONE.line}</td></tr><tr><td>{_TWO}</td></tr><tr><td>{TWO.line}</td></tr></table>"),
    ("words behind a break", (ONE,), f"<div>{_ONE}<br>{ONE.line}</div>"),
    ("words without a break", (ONE,), f"<div>{_ONE} {ONE.line}</div>"),
    ("credit in a span", (ONE,), f"<div>{_ONE}<p>{ONE.caption} <span>[{ONE.credit}]</span></p></div>"),
    ("credit in italics", (ONE,), f"<div>{_ONE}<p><b>{ONE.caption}</b> <i>[{ONE.credit}]</i></p></div>"),
    ("words in nested divs", (ONE,), f"<div><div><div>{_ONE}</div></div><div><div>{ONE.line}</div></div></div>"),
    ("three breaks between", (ONE,), f"<div>{_ONE}<br><br><br>{ONE.line}</div>"),
    ("an empty paragraph between", (ONE,), f"<div><p>{_ONE}</p><p>&nbsp;</p><p>{ONE.line}</p></div>"),
    ("a big one by script", (ONE,), f'<div><a href="javascript:big(1)">{_ONE}</a><p>{ONE.line}</p></div>'),
    ("two in turn", (ONE, TWO), f"<div><p>{_ONE}</p><p>{ONE.line}</p><p>{_TWO}</p><p>{TWO.line}</p></div>"),
    ("in a picture element", (ONE,), f'<div><picture><source srcset="/d/file/a.webp">{_ONE}</picture><p>{ONE.line}</p></div>'),
    ("floats in a table", (ONE,), f'<table align="left"><tr><td>{_ONE}</td></tr><tr><td>{ONE.line}</td></tr></table>'),
    ("words in a th", (ONE,), f"<table><tr><td>{_ONE}</td></tr><tr><th>{ONE.line}</th></tr></table>"),
    ("words in a tfoot", (ONE,), f"<table><tr><td>{_ONE}</td></tr><tfoot><tr><td>{ONE.line}</td></tr></tfoot></table>"),
    ("two without words", (BARE, Picture("/d/file/2024-05-02/wall.jpg")), f'<div><p>{_BARE}</p><p><img src="/d/file/2024-05-02/wall.jpg" alt=""></p></div>'),
    ("one with words after one without", (BARE, ONE), f"<div><p>{_BARE}</p><p>{_ONE}</p><p>{ONE.line}</p></div>"),
)  # fmt: skip
