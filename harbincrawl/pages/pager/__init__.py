"""The pager of a list or a multi-page article: where it stands, and where it leads."""

from .pager import (
    Pager,
    find_pager,
    find_pager_lines,
    find_printed,
    find_total,
    find_unaccounted_pages,
    read_count_line,
)

__all__ = [
    "Pager",
    "find_pager",
    "find_pager_lines",
    "find_printed",
    "find_total",
    "find_unaccounted_pages",
    "read_count_line",
]
