"""An offline twin of the site: makes it from a seed, serves it on loopback, changes it, and breaks it on request."""

from .faults import Fault
from .model import Filler, Paragraph, Picture, Story
from .pager_lies import PagerLies
from .server import Server, serve
from .site import Answer, Elsewhere, Twin, make_twin, render_story

__all__ = [
    "Answer",
    "Elsewhere",
    "Fault",
    "Filler",
    "PagerLies",
    "Paragraph",
    "Picture",
    "Server",
    "Story",
    "Twin",
    "make_twin",
    "render_story",
    "serve",
]
