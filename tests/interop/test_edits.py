"""The figures of `edits` are what pandas computes from an export of the same archive and of its former wordings."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from harbincrawl.cli.main import cli
from tests.support.archives import MakeOnce
from tests.support.corpus_cases import cut_texts
from tests.support.edited_twins import ARCHIVE, make_edited

pytestmark = [pytest.mark.interop, pytest.mark.filterwarnings("default")]
BARE = re.compile(r"\s+")


@pytest.fixture(scope="module")
def archive(make_once: MakeOnce) -> Path:
    return make_once("edited-twin", make_edited) / ARCHIVE


def run(archive: Path, *words: str) -> Any:
    done = CliRunner().invoke(cli, ["-q", "--archive", str(archive), *words])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def take_captions(images: Any, *keys: str) -> str:
    lines = (" ".join(each[key] for key in keys if each[key]) for each in images)
    return "\n".join(line for line in lines if line)


@pytest.fixture(scope="module")
def wordings(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A row a wording, in order, with what the next one is beside it; articles of today are the last of each."""
    pandas = pytest.importorskip("pandas")
    folder = tmp_path_factory.mktemp("exports")
    for name, more in (("now", []), ("former", ["--revisions"])):
        done = CliRunner().invoke(
            cli, ["-q", "--archive", str(archive), "export", str(folder / f"{name}.jsonl"), *more]
        )
        assert done.exit_code == 0, done.output
    frames = {name: pandas.read_json(folder / f"{name}.jsonl", lines=True, dtype=False)
              for name in ("now", "former")}  # fmt: skip
    now = frames["now"].assign(seen=frames["now"]["last_changed"], replaced=None, cause=None)
    frame = pandas.concat([frames["former"], now]).sort_values(["id", "revision"])
    for column in ("title", "updated", "author", "source", "body"):
        frame[column] = frame[column].fillna("")
    frame["captions"] = [take_captions(images, "caption", "credit") for images in frame["images"]]
    plain = frame["title"] + "\n" + frame["body"] + "\n" + [take_captions(each, "caption") for each in frame["images"]]
    frame["words"] = [Counter(words) for words in cut_texts(dict(enumerate(plain))).values()]
    about = frames["now"].set_index("id")[["created", "first_seen", "last_seen", "section"]]
    frame = frame.drop(columns=[*about]).join(about, on="id")
    names = ["title", "updated", "author", "source", "captions", "body"]
    for name in [*names, "words"]:
        frame[f"next_{name}"] = frame.groupby("id")[name].shift(-1)
    edits = frame[frame["replaced"].notna()].copy()
    edits["fields"] = [
        [name for name in names if BARE.sub("", row[name]) != BARE.sub("", row[f"next_{name}"])]
        for _, row in edits.iterrows()
    ]
    edits["removed"] = [(a - b).total() for a, b in zip(edits["words"], edits["next_words"], strict=True)]
    edits["added"] = [(b - a).total() for a, b in zip(edits["words"], edits["next_words"], strict=True)]

    def read_day(column: Any) -> Any:
        return pandas.to_datetime(column, utc=True).dt.tz_convert("Asia/Shanghai").dt.tz_localize(None).dt.normalize()

    replaced = read_day(edits["replaced"])
    edits["after_seen"] = (replaced - read_day(edits["first_seen"])).dt.days
    edits["after_published"] = (replaced - pandas.to_datetime(edits["created"])).dt.days
    return edits, frames["now"]


def test_rows(archive: Path, wordings: Any) -> None:
    edits, _ = wordings
    rows = run(archive, "edits", "--json")
    assert len(rows) == len(edits) > 8
    by_place = {(row["id"], row["revision"]): row for row in rows}
    for _, edit in edits.iterrows():
        row = by_place[edit["id"], edit["revision"]]
        assert row["fields"] == edit["fields"]
        assert (row["words_removed"], row["words_added"]) == (edit["removed"], edit["added"])
        assert (row["days_after_first_seen"], row["days_after_publication"]) == (
            edit["after_seen"], edit["after_published"],
        )  # fmt: skip
        words = edit["words"].total() + edit["next_words"].total()
        assert row["share"] == pytest.approx((edit["removed"] + edit["added"]) / words, abs=5e-5)
