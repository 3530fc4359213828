"""`harbincrawl config` and `notify`: settings with their sources, test notices."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from harbincrawl.config.schema import SETTINGS
from tests.support.archives import build_archive
from tests.support.listening import Receiver

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("SHELL", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    article = {"number": 1, "title": "metro", "author": "Wang Wei", "source": "Xinhua Daily"}
    return build_archive(tmp_path / "archive", [article])


@pytest.fixture
def run(archive: Path, harbincrawl: Run) -> Run:
    return partial(harbincrawl, "--archive", archive.name)


def test_every_setting_has_its_value_and_where_it_comes_from(
    archive: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (archive / "config.toml").write_text(
        'contact = "me"\n[health]\n\nerrors = 0.3\n[notify]\nurls = ["https://hc.example/secret"]\n'
    )
    monkeypatch.setenv("HARBINCRAWL_HEALTH_PAGES", "7")
    code, out, said = run("config", "--json")
    shown = json.loads(out)
    assert (code, said, list(shown)) == (0, "", [each.key for each in SETTINGS])
    assert {key: (each["value"], each["source"]) for key, each in shown.items() if each["source"] != "default"} == {
        "contact": ("me", f"{archive}/config.toml line 1"),
        "health.errors": (0.3, f"{archive}/config.toml line 4"),
        "notify.urls": ("(hidden)", f"{archive}/config.toml line 6"),
        "health.pages": (7, "HARBINCRAWL_HEALTH_PAGES"),
    }
    told = run("config")[1]
    assert len(told.splitlines()) == len(SETTINGS)
    assert "secret" not in told + out
    assert run("config")[1].splitlines()[1].split() == ["delay", "1.0", "default"]


def test_a_check_names_everything_that_is_wrong(archive: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("config", "check") == (
        0, f"0 settings given, all of them sound ({archive}/config.toml is not there)\n", "",
    )  # fmt: skip
    (archive / "config.toml").write_text('contakt = "me"\n[health]\npages = "x"\n')
    monkeypatch.setenv("HARBINCRAWL_CONTAKT", "x")
    code, out, said = run("config", "check")
    assert (code, out) == (2, "")
    starts = (f"{archive}/config.toml line 1: ", f"{archive}/config.toml line 3: ", "unknown environment variable")
    for line, start in zip(said.splitlines(), starts, strict=True):
        assert line.startswith(f"harbincrawl: {start}")
    assert run("config")[0] == 2
    (archive / "config.toml").write_text("[[[")
    assert run("config", "check")[0] == 2


def test_a_test_sends_every_target_one_of_each_kind(
    run: Run, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HARBINCRAWL_NOTIFY", f"webhook+{receiver.url}/hook {receiver.url}/switch")
    code, out, said = run("notify")
    assert (code, said, receiver.got) == (0, "", [])
    assert "a webhook: told of changes" in out and "a dead-man switch: pinged" in out
    code, out, said = run("notify", "--test")
    assert (code, said) == (0, "")
    assert [line.rpartition(": ")[2] for line in out.splitlines()] == ["took 3 notices", "took 2 notices"]
    hooks = [json.loads(body) for path, _, body in receiver.got if path == "/hook"]
    assert [(each["event"], each["test"]) for each in hooks] == [("broke", True), ("recovered", True), ("news", True)]
    assert [path for path, *_ in receiver.got if path != "/hook"] == ["/switch/start", "/switch"]
    assert all("test" in body for _, _, body in receiver.got)


def test_a_target_that_takes_nothing_is_3_and_named_without_its_secret(
    run: Run, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver.status = 404
    monkeypatch.setenv("HARBINCRAWL_NOTIFY", f"webhook+{receiver.url}/secret")
    code, out, said = run("notify", "--test")
    assert (code, out) == (3, "")
    assert said.count("HTTP 404") == 1 and "secret" not in said
