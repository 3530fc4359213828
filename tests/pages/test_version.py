"""The version of the reader."""

from __future__ import annotations

import pickle
from dataclasses import replace

from harbincrawl.pages.version import PARSER, parser_of
from harbincrawl.sites import default_site, find_site


def test_other_words_of_the_usual_site_are_another_version_of_the_reader() -> None:
    # Where this fails, the shipped words have changed: raise PARSER, and put both here.
    assert (PARSER, default_site().reading) == ("17", "80deb6d3")


def test_a_site_with_words_of_its_own_has_a_version_of_its_own() -> None:
    usual, sister = default_site(), find_site("jilin-china")
    changed = replace(sister, words=replace(sister.words, updated=("Printed",)))
    assert parser_of(usual) == PARSER
    assert len({parser_of(usual), parser_of(sister), parser_of(changed)}) == 3
    # Neither a mirror nor an alias nor another process makes a difference.
    assert parser_of(replace(sister, mirror="http://127.0.0.1:1", aliases=())) == parser_of(sister)
    assert parser_of(pickle.loads(pickle.dumps(sister))) == parser_of(sister)  # noqa: S301 - our own bytes
