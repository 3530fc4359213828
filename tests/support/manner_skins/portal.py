"""In the manner of a Chinese news portal of 2012: tables and inline styles, font sizes, share icons, a code to scan."""

from __future__ import annotations

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import MannerSkin

_CELL = 'style="font-size:12px;color:#666;line-height:24px"'
_SHARES = (("sina", "新浪微博"), ("qq", "腾讯微博"), ("renren", "人人网"), ("kaixin", "开心网"))


class CityPortal(MannerSkin):
    """A table of three columns; everything that is not the text is a cell with a style."""

    name = "cityportal"
    addresses = "absolute"
    title_pattern = "{title}_{site}_{owner}"
    text_lines = '<p style="text-indent:0">　　{}</p>\n'
    line_break = "<br>\n　　"
    subhead = "<p>　　<strong>{}</strong></p>\n"
    items_as = "subhead"

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Banner, menu, three columns, friendly links."""
        menu = "".join(f'<td align="center" style="background:#a00">{link}</td>' for link in self.menu_links(around))
        box = "".join(
            f'<tr><td {_CELL}><a href="{self.href(around, item.path)}"><img src="{item.thumb}" width="90" height="60" '
            f'border="0"></a></td><td {_CELL}>{self.title_link(around, item)}<br>{self.text(item.teaser)}</td></tr>\n'
            for item in around.box
        )
        return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" \
"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html><head><meta http-equiv="Content-Type" content="text/html; charset={around.charset}" />
<title>{title}</title>
<script language="javascript" src="/js/jquery-1.4.2.min.js"></script></head>
<body style="margin:0 auto;width:990px">
<table width="990" cellspacing="0" cellpadding="0"><tr><td><a href="http://ads.example.com/top" target="_blank">\
<img src="/d/file/ad/990x80.gif" width="990" height="80" border="0"></a></td></tr></table>
<table width="990" cellspacing="0" cellpadding="0"><tr>{menu}</tr></table>
<table width="990" cellspacing="0" cellpadding="0"><tr>
<td width="650" valign="top" style="border:1px solid #ccc;padding:10px">
{content}
</td>
<td width="10">&nbsp;</td>
<td width="330" valign="top">
<table width="330"><tr><td style="background:#eee"><strong>热点排行 Hot</strong></td></tr><tr><td {_CELL}>
<ol>{self.most_read(around, 6)}</ol></td></tr></table>
<a href="http://ads.example.com/side" target="_blank"><img src="/d/file/ad/330x250.jpg" border="0"></a>
<table width="330"><tr><td style="background:#eee"><strong>视频 Video</strong></td></tr><tr><td {_CELL}>
<a href="http://v.example.com/1"><img src="/d/file/v/1.jpg" width="150"></a><br>Ice on the move, in two minutes</td></tr>
</table></td></tr></table>
<table width="990"><tr><td colspan="2" style="background:#eee"><strong>精彩推荐 Features</strong></td></tr>
{box}</table>
<table width="990"><tr><td align="center" {_CELL}>关于我们 | 广告服务 | 网站地图<br>
黑ICP备11000399号 新出网证(黑)字09号<br><img src="/images/police.gif"></td></tr></table>
</body></html>
"""

    def article(self, view: ArticlePage) -> str:
        """Crumb with the date of today's paper, title, info with tools, text, editor, mood, share, related."""
        story = view.story
        rows = []
        if story.breadcrumb:
            rows.append(f'<tr><td height="28" style="border-bottom:1px dashed #ccc">{self.crumb(view)}</td></tr>')
        if story.printed_title:
            rows.append(
                f'<tr><td align="center" style="font:bold 22px 黑体;padding:14px 0">{self.text(story.title)}</td></tr>'
            )
        rows.append(f'<tr><td align="center" {_CELL}>{view.updated} : {self.text(story.day)}</td></tr>')
        if story.by:
            rows.append(f'<tr><td align="center" {_CELL}>{self.text(story.by)}</td></tr>')
        rows.append(
            f'<tr><td align="right" {_CELL}>字号：<a href="javascript:doZoom(16)">T</a> <a href="javascript:doZoom(14)">T</a> '
            f'<a href="javascript:doZoom(12)">T</a> | <a href="#pl">评论 {self.number(view, 0, 300)}</a> | '
            f'<a href="javascript:window.print()"><img src="/images/print.gif" border="0" align="absmiddle">打印</a></td></tr>'
        )
        shares = "".join(
            f'<a href="http://share.example.com/{name}" title="{words}"><img src="/images/ico_{name}.gif" border="0"></a> '
            for name, words in _SHARES
        )
        related = "".join(
            f'<tr><td {_CELL}>·<a href="{href}" target="_blank">{words}</a></td></tr>'
            for href, words in self.related(view)
        )
        moods = "".join(
            f'<td align="center" {_CELL}><img src="/images/mood/{name}.gif"><br>{self.number(view, 0, 99, name)}<br>{words}</td>'
            for name, words in (("happy", "高兴"), ("moved", "感动"), ("angry", "愤怒"), ("bored", "无聊"))
        )
        pager = f'<p align="center">{self.article_pager(view)}</p>' if story.page_count > 1 else ""
        rows.append(
            f'<tr><td id="zoom" style="font-size:14px;line-height:26px;padding:10px">\n{self.body(view)}{pager}'
            f'<p align="right" style="color:#999">（责任编辑：{self.editor(view)}）</p></td></tr>'
        )
        rows.append(f"<tr><td {_CELL}>分享到：{shares}</td></tr>")
        rows.append(
            f'<tr><td align="center"><img src="/d/file/code/{story.number}.png" width="100"><br>'
            f"<span {_CELL}>扫一扫 take it along</span></td></tr>"
        )
        rows.append(f'<tr><td><table width="100%"><tr>{moods}</tr></table></td></tr>')
        rows.append(f"<tr><td><table><tr><td><strong>相关新闻 Related</strong></td></tr>{related}</table></td></tr>")
        rows.append(
            '<tr><td id="pl"><form action="/pl">用户名：<input name="u"> 验证码：<input name="c"><br><textarea></textarea><br>'
            f'<input type="submit" value="发表"></form><span {_CELL}>网友评论仅供其表达个人看法，并不表明本网立场。</span></td></tr>'
        )
        inside = "\n".join(rows)
        return f'<table width="640" cellspacing="0" cellpadding="0">\n{inside}\n</table>'

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """Centred, its words below in grey."""
        image = self.image(around, picture, ' border="0" style="border:1px solid #000"')
        shown = f'<p align="center">{image}</p>\n' if image else ""
        words = self.picture_words(picture)
        return shown + "".join(f'<p align="center" style="font-size:12px;color:#888">{one}</p>\n' for one in words)

    def listing(self, view: ListPage) -> str:
        """A focus picture with its story, then rows."""
        around = view.around
        focus = around.box[1]
        made = "".join(
            f'<table width="630"><tr><td width="500" style="font-size:14px">·{self.title_link(around, line)}</td>'
            f'<td width="130" align="right" {_CELL}>{line.date or ""}</td></tr>'
            f'<tr><td colspan="2" {_CELL}>{self.text(line.summary or "")}</td></tr></table>\n'
            for line in view.lines
        )
        pager = self.list_pager(view)
        return (
            f'<table width="630"><tr><td rowspan="2"><a href="{self.href(around, focus.path)}"><img src="{focus.thumb}" '
            f'width="200"></a></td><td style="font-size:18px"><b>{self.title_link(around, focus)}</b></td></tr>'
            f"<tr><td {_CELL}>{self.text(focus.teaser)}</td></tr></table>\n"
            f'<div style="height:24px"><strong>{self.text(around.label)}</strong></div>\n<div class="lb">{made}</div>'
            + (f'<div align="center" style="height:40px">{pager}</div>' if pager else "")
        )
