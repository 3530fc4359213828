"""Families of small sites for the bench of the reader: lines of information, captions, teasers in the text, strangers.

Written by somebody who had not seen the rules by which pages are read; every site knows its truth.
"""

from __future__ import annotations

from .captions import list_captions
from .cases import Case
from .foreign import list_foreign
from .information import list_information
from .shuffled import list_shuffled, list_sisters
from .teasers import list_teasers

__all__ = [
    "Case",
    "list_captions",
    "list_foreign",
    "list_information",
    "list_shuffled",
    "list_sisters",
    "list_teasers",
]
