"""The tables of signatures, as SQL; whoever opens an archive needs it, and nothing else of this package."""

from __future__ import annotations

TABLES = """
CREATE TABLE _signatures (           -- the text of each article, for comparison with others
  number INTEGER PRIMARY KEY REFERENCES articles(number),
  place INTEGER NOT NULL,            -- day of created x 2^32 + number: which article is earlier than which
  size INTEGER NOT NULL,             -- number of distinct shingles (two consecutive words) of body and captions
  digest INTEGER NOT NULL,           -- hash of the set of shingles: equal digests mean equal sets
  signature BLOB                     -- MinHash, one byte per permutation; null: too short to be a near copy
);

CREATE INDEX _signatures_place ON _signatures(place);

CREATE TABLE _bands (                -- parts of signatures: articles that share one are candidates
  band INTEGER NOT NULL,             -- position of the part x 2^32 + its bytes
  copy INTEGER NOT NULL,             -- 1: the article is a copy, 0: it is an original
  place INTEGER NOT NULL,            -- of the article
  PRIMARY KEY (band, copy, place)
) WITHOUT ROWID;
"""
"""`_bands` marks copies, so that a text stored a thousand times is one candidate, not a thousand."""
