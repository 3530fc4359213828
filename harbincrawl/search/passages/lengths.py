"""How long a passage is: what may be asked for without loading what finds it."""

from __future__ import annotations

LEAST = 12
"""Words of a passage, unless asked otherwise."""
LEAST_ASKED = 8
"""The fewest that may be asked for: shorter ones are phrases that everybody uses."""
