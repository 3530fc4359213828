"""A crawler and archive for Harbin Today (e.my399.com) that can prove it missed nothing."""

__version__ = "0.1.0"
