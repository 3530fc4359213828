"""What is known of a site, as data; nothing here reads a page or asks the network."""

from .harbin_today import HARBIN_TODAY, HARBIN_TODAY_THRESHOLDS
from .site import Address, Section, Site

__all__ = ["HARBIN_TODAY", "HARBIN_TODAY_THRESHOLDS", "Address", "Section", "Site"]
