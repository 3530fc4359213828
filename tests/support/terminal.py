"""A pseudo terminal: commands that think a person looks on."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import termios
from collections.abc import Sequence

ENVIRONMENT = {"TERM": "xterm-256color", "COLUMNS": "120", "LINES": "24", "NO_COLOR": "1"}


def run_on_terminal(command: Sequence[str], typed: str = "", **more: str) -> tuple[int, str]:
    """Exit code, and all that is on the terminal at the end, what is `typed` included; `more` of the environment."""
    ours, theirs = pty.openpty()
    try:
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 120, 0, 0))
        environment = os.environ | ENVIRONMENT | more
        os.write(ours, typed.encode())
        process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment)
    finally:
        os.close(theirs)
    written = b""
    try:
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:
                # Linux says so where the last one that had the terminal has closed it.
                break
            if not piece:
                break
            written += piece
    finally:
        os.close(ours)
    return process.wait(), written.decode()
