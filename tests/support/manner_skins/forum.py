"""In the manner of a forum's portal: panels of dl and tables, click reactions, a rating table, threads of comments."""

from __future__ import annotations

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import MannerSkin


class Forum(MannerSkin):
    """The text is one table cell; paragraphs are divs or lines with breaks."""

    name = "forum"
    addresses = "root"
    title_pattern = "{title} - {site} - Powered by a board"
    filler = "<div>{}</div>\n"
    text_lines = "<div>{}</div>\n<div><br /></div>\n"
    line_break = "<br />\n"
    subhead = "<div><b>{}</b></div>\n"
    items_as = "subhead"

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Top bar with a login, menu, content, side, footer."""
        menu = "".join(f"<li>{link}</li>" for link in self.menu_links(around))
        box = "".join(
            f'<dl class="cl"><dt>{self.title_link(around, item)}</dt><dd>{self.text(item.teaser)}</dd></dl>\n'
            for item in around.box
        )
        return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" \
"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head>
<meta http-equiv="Content-Type" content="text/html; charset={around.charset}" /><title>{title}</title></head>
<body id="nv_portal" class="pg_view">
<div id="toptb" class="cl"><div class="z"><a href="javascript:;">设为首页</a><a href="javascript:;">收藏本站</a></div>
<div class="y"><form>用户名 <input> 密码 <input> <button>登录</button> <a href="/reg">立即注册</a></form></div></div>
<div id="hd"><h2><a href="/">{self.icon("logo", "River Board")}</a></h2><div id="nv"><ul>{menu}</ul></div>
<div id="scbar">热搜: <a href="/s/1">ice</a> <a href="/s/2">rent</a> <a href="/s/3">second hand</a></div></div>
<div id="wp" class="wp"><div id="ct" class="ct2 wp cl"><div class="mn">
{content}
</div>
<div class="sd"><div class="bm"><div class="bm_h"><h2>相关分类</h2></div><div class="bm_c"><ul class="xl">
{self.most_read(around)}</ul></div></div>
<div class="bm"><div class="bm_c"><p>在线会员 <em>{len(around.most_read) * 37}</em> 人</p></div></div></div></div></div>
<div class="bm"><div class="bm_h"><h2>推荐阅读</h2></div>{box}</div>
<div id="ft"><p>Powered by <strong>a board</strong> X3</p><p>GMT+8, 2024-6-20 11:03 , Processed in 0.0312 second(s), \
14 queries .</p></div></body></html>
"""

    def article(self, view: ArticlePage) -> str:
        """Panel head, the cell of the text, reactions, comments, form."""
        story = view.story
        crumb = (
            f'<div id="pt" class="bm cl"><div class="z">{self.crumb(view)}</div></div>\n' if story.breadcrumb else ""
        )
        title = f'<h1 class="ph">{self.text(story.title)}</h1>\n' if story.printed_title else ""
        by = f"<p>{self.text(story.by)}</p>" if story.by else ""
        pager = f'<div class="ptw pbw cl">{self.article_pager(view)}</div>' if story.page_count > 1 else ""
        clicks = "".join(
            f'<td><a href="javascript:;"><div class="atdc"><div class="ac{n}"><em>{self.number(view, 0, 40, words)}</em></div>'
            f'</div><img src="/static/image/click/{n}.gif" alt=""><br />{words}</a></td>'
            for n, words in enumerate(("路过", "雷人", "握手", "鲜花", "鸡蛋"))
        )
        remarks = "".join(
            f'<dl class="ptm pbm bbda cl"><dt><img src="/avatar/{n}.jpg"> <a href="/space">{name}</a> 2024-6-1{n} 09:2{n}</dt>'
            f"<dd>{words}</dd></dl>\n"
            for n, (name, words) in enumerate(self.remarks(view))
        )
        related = "".join(f'<li>&bull; <a href="{href}">{words}</a></li>' for href, words in self.related(view))
        return f"""{crumb}<div class="bm vw"><div class="h hm">
{title}<p class="xg1">{view.updated} : {self.text(story.day)}</p>{by}
<p class="xg1">查看: <em id="_viewnum">{self.number(view, 9, 9000, "v")}</em><span class="pipe">|</span>评论: \
{self.number(view, 0, 60)}</p></div>
<div class="d"><table class="vwtb"><tr><td id="article_content">
{self.body(view)}
</td></tr></table>
{pager}
<div id="click_div"><table class="atd"><tr>{clicks}</tr></table></div>
<div class="o cl ptm pbm"><a href="/fav" class="oshr">收藏</a><a href="/share" class="oshr">分享</a><a href="/invite" \
class="oshr">邀请</a></div></div>
<div class="pren pbm cl"><em>上一篇：<a href="{self._near(view)}">{self._near_title(view)}</a></em></div></div>
<div id="related_article" class="bm"><div class="bm_h"><h3>相关阅读</h3></div><ul>{related}</ul></div>
<div id="comment" class="bm"><div class="bm_h"><h3>最新评论</h3></div><div id="comment_ul">{remarks}</div>
<form><textarea></textarea><button>评论</button></form></div>"""

    def _near(self, view: ArticlePage) -> str:
        found = self.related(view)
        return found[0][0] if found else "/"

    def _near_title(self, view: ArticlePage) -> str:
        found = self.related(view)
        return found[0][1] if found else "没有了"

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """A paragraph, its words in divs of their own."""
        image = self.image(around, picture, ' onload="thumbImg(this)"')
        shown = f'<p style="text-align:center"><a href="javascript:;">{image}</a></p>\n' if image else ""
        words = self.picture_words(picture)
        return shown + "".join(f'<div align="center"><font color="Gray">{one}</font></div>\n' for one in words)

    def listing(self, view: ListPage) -> str:
        """Definition lists: title, summary with a thumb, then the date."""
        around = view.around
        made = "".join(
            f'<dl class="bbda cl"><dt class="xs2">{self.title_link(around, line, " class=xi2")}</dt>'
            f'<dd class="xs2 cl"><div class="atc"><a href="{self.href(around, line.address)}"><img src="{line.thumb}" alt="">'
            f'</a></div>{self.text(line.summary or "")}</dd><dd><span class="xg1"> {line.date or ""}</span></dd></dl>\n'
            for line in view.lines
        )
        pager = self.list_pager(view)
        return (
            f'<div class="bm"><div class="bm_h"><h1>{self.text(around.label)}</h1><a href="/rss" class="xg1">订阅</a></div>'
            f'<div class="bm_c xld">{made}</div></div>' + (f'<div class="pgs cl">{pager}</div>' if pager else "")
        )
