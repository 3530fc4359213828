"""Stands before pandas on the path of what is measured, so that it is as if that were not installed."""

raise ImportError("pandas is hidden from what is measured")
