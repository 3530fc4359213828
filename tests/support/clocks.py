"""Clocks that a test sets: what `datetime.now` says in all modules of ours, in a forked command."""

from __future__ import annotations

from datetime import timedelta

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
YEAR = 365 * DAY
_SET = """
import datetime as _clock, sys as _modules
class _Meta(type(_clock.datetime)):
    def __instancecheck__(self, value):
        return isinstance(value, _clock.datetime)
class _Clock(_clock.datetime, metaclass=_Meta):
    began = _clock.datetime.now(_clock.UTC)
    @classmethod
    def now(cls, tz=None):
        return (({reading}).astimezone(tz) if tz else ({reading}).replace(tzinfo=None))
for _name, _module in list(_modules.modules.items()):
    # The twin of the tests is the site, whose clock is its own.
    if _name.startswith("harbincrawl."):
        if getattr(_module, "datetime", None) is _clock.datetime:
            _module.datetime = _Clock
"""


def set_clock(by: timedelta = timedelta(0), *, stands: bool = False, then: timedelta | None = None) -> str:
    """A prelude for a forked command: its clock is off `by` so much, `stands` still, and is soon off by `then`."""
    real = "_clock.datetime.now(_clock.UTC)"
    reading = f"{'cls.began' if stands else real} + _clock.timedelta(seconds={by.total_seconds()})"
    if then is not None:
        late = f"{real} + _clock.timedelta(seconds={then.total_seconds()})"
        reading = f"({late}) if {real} - cls.began > _clock.timedelta(seconds=0.3) else ({reading})"
    return _SET.format(reading=reading)
