"""The pager of a list or a multi-page article: where it stands, and where it leads."""

from .pager import Pager, counts_items, find_pager, find_total, find_unexplained_pages

__all__ = ["Pager", "counts_items", "find_pager", "find_total", "find_unexplained_pages"]
