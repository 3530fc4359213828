"""An offline twin of the site: invented news made from a seed, served on loopback, and changed between two crawls."""

from .server import serve
from .site import Twin, make_twin
from .story import Picture, Story

__all__ = ["Picture", "Story", "Twin", "make_twin", "serve"]
