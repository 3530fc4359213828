"""The control address and the command that serves a twin."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from urllib.request import Request, urlopen

import pytest

from tests.support.forge import PATIENCE
from tests.support.twin import Twin, make_twin
from tests.support.twin.control import control


@pytest.fixture
def twin() -> Twin:
    return make_twin(4, 60)


def test_changes_are_made_by_name_with_values_from_address_or_body(twin: Twin) -> None:
    said = control(twin)
    number = twin.listing("news")[0].number
    calls = [
        ("add?n=2&section=news", b""),
        ("add?day=2014-01-01", b""),
        (f"edit?number={number}&field=title", b""),
        (f"refile?number={number}", b"day=2013-03-03"),
        (f"move?number={number}&section=about", b""),
        (f"also?number={number}&section=news", b""),
        (f"remove?number={number}", b""),
        (f"unlist?number={number}", b""),
        (f"restore?number={number}", b""),
        ("elsewhere?section=news", b""),
        ("box", b""),
        ("box?state=5", b""),
        ("shift?by=-1", b""),
        ("days?n=2", b""),
        ("churn?n=3", b""),
    ]
    for target, body in calls:
        answer = said("POST", f"/_twin/{target}", body)
        assert answer.status == 200, answer.body
    assert twin.stories[number].section_path == "about" or twin.stories[number].updated
    assert twin.box is not None


def test_mistakes_are_named(twin: Twin) -> None:
    said = control(twin)
    assert said("POST", "/_twin/explode", b"").status == 400
    assert b"no story 7" in said("POST", "/_twin/edit?number=7", b"").body
    assert said("GET", "/_twin/add", b"").status == 405


def test_the_command_serves_until_a_signal() -> None:
    command = [
        sys.executable,
        "-m",
        "tests.support.twin",
        "--seed",
        "7",
        "--articles",
        "40",
        "--faults",
        "0.3",
        "--gzip",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        with urlopen(Request(f"{url}/_twin/add?n=2", method="POST"), timeout=PATIENCE) as answer:  # noqa: S310 - loopback
            assert len(json.load(answer)["result"]) == 2
        with urlopen(f"{url}/_twin/truth", timeout=PATIENCE) as answer:  # noqa: S310 - loopback
            assert len(answer.read().splitlines()) == 42
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0
