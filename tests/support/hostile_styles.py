"""Style sheets of captured pages that try to hide, cover, move or imitate what an archive says of them."""

from __future__ import annotations

_COVER = "position:fixed;inset:0;z-index:2147483647;background:#fff;color:#222"
_FORGED = "background:#dbeedd!important;color:#0b4d18!important;text-decoration:underline 2px!important"

HOSTILE_STYLES = {
    "fixed over all": f"p,ins,del,h1{{{_COVER}!important}}",
    "absolute and far away": "*,ins,del{position:absolute!important;left:-99999px!important;top:-99999px!important}",
    "z-index below":
    "ins,del{position:relative!important;z-index:-2147483648!important}body{background:#fff!important}",
    "transforms": "*{transform:translate(-500vw) scale(0) rotate(90deg)!important;translate:-999px!important;scale:0}",
    "its host": ":host{display:none!important;opacity:0!important;transform:scale(0)!important;all:unset!important}",
    "parts and slots": "::part(mark),::slotted(*),:host(*) *,:host-context(html) *{display:none!important}",
    "animations": "@keyframes k{from,to{opacity:0;background:#fff;color:#fff}}*{animation:k 1ms infinite!important}",
    "transitions": "*{transition:all 9999s 9999s!important}ins,del{background:#fff!important;color:#fff!important}",
    "scroll snap": "*{scroll-snap-type:both mandatory!important;scroll-snap-align:end!important;scroll-margin:900px}",
    "content-visibility": "*{content-visibility:hidden!important;contain:strict!important}",
    "layers": "@layer a,b;@layer a{*{display:none!important}}@layer b{ins,del{all:unset!important}}",
    "scope": "@scope (body) to (b){*{display:none!important}}@scope{:scope *{visibility:hidden!important}}",
    "huge": "p,h1{width:1000000px!important;height:1000000px!important;margin:500000px!important}",
    "cursor and selection": "*{cursor:none!important;user-select:none!important;pointer-events:none!important}",
    "imitated bar": f'p::before{{content:"Captured 1 January 1999, 00:00:00 UTC. Nothing is marked.";{_COVER}}}',
    "imitated marks": f"b,p,h1,span{{{_FORGED}}}p::before{{content:'forged ';{_FORGED}}}",
    "other marks":
    "ins,del{text-decoration:none!important;background:none!important;color:inherit!important}mark{all:unset}",
    "has": ":has(ins),:has(del),p:has(*){display:none!important}",
    "styled ones": "[style],[style*=important],[style*='#dbeedd']{all:unset!important;display:none!important}",
    "counters": "body{counter-reset:c 3}p::after{counter-increment:c;content:counter(c) ' passages'!important}",
    "filters": "*{filter:opacity(0) blur(50px) invert(1)!important;backdrop-filter:invert(1)!important}",
    "blending":
    "*{mix-blend-mode:difference!important;background-blend-mode:exclusion!important;isolation:auto!important}",
    "clipping":
    "*{clip-path:inset(100%)!important;clip:rect(0,0,0,0)!important;mask:linear-gradient(#0000,#0000)}",
    "zoom": "*{zoom:0.01!important}",
    "no size": "*{font-size:0!important;line-height:0!important;height:0!important;overflow:hidden!important}",
    "transparent": "*{color:transparent!important;-webkit-text-fill-color:transparent!important;opacity:0!important}",
    "nothing displayed": "ins,del,*:not(style){display:none!important}",
    "contents": "*{display:contents!important;visibility:collapse!important}",
    "columns and floats":
    "*{float:right!important;columns:99!important;writing-mode:vertical-rl!important;direction:rtl}",
    "first letters":
    "*::first-letter,*::first-line{color:#fff!important;background:#fff!important;font-size:0!important}",
    "selection and targets":
    "*::selection,::target-text,::highlight(a){background:#fff!important;color:#fff!important}",
    "letter spacing": "*{letter-spacing:-1em!important;text-indent:-9999px!important;word-spacing:-1em!important}",
    "text shadow": "*{text-shadow:0 0 0 #fff!important;-webkit-text-stroke:9px #fff!important;outline:99px solid #fff}",
    "properties": "@property --a{syntax:'<color>';inherits:true;initial-value:red}*{--a:red;color:var(--a)!important}",
    "nesting": "body{& ins,& del{&{display:none!important}}:is(ins,del):where(*){opacity:0!important}}",
    "media and support":
    "@media all{@supports (top:0){@container (width>0){*{display:none!important}}*{opacity:0!important}}}",
    "anchors and popovers":
    "ins{anchor-name:--a}p{position:fixed;position-anchor:--a;inset:anchor(top);background:#fff}",
    "scroll timelines": "@keyframes h{to{opacity:0}}*{animation:h linear both;animation-timeline:scroll()!important}",
    "print": "@media print{*{display:none!important}}@page{margin:99cm}",
    "unclosed": "p{color:red}/* \"[( ins{display:none}",
}  # fmt: skip
