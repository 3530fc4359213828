"""What a command says at its end of stamps that were not given."""

from __future__ import annotations

_notes: list[str] = []


def add_note(sentence: str) -> None:
    """Has the command say it."""
    _notes.append(sentence)


def take_notes() -> list[str]:
    """What there is to say, and forgets it."""
    notes = list(_notes)
    _notes.clear()
    return notes
