"""An offline twin of the site: makes it from a seed, serves it on loopback, changes it, and breaks it on request."""

from tests.support.twin.newsroom.model import Filler, Paragraph, Picture, Story

from .faults import Fault, PagerLies
from .press import Elsewhere, TwinAnswer
from .server import Server, serve
from .site import Twin, make_twin

__all__ = [
    "Elsewhere",
    "Fault",
    "Filler",
    "PagerLies",
    "Paragraph",
    "Picture",
    "Server",
    "Story",
    "Twin",
    "TwinAnswer",
    "make_twin",
    "serve",
]
