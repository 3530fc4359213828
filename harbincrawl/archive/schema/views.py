"""The views of the database, for other programs."""

from __future__ import annotations

from harbincrawl.fields import SITE_NAME
from harbincrawl.identity import write_id

VIEWS = f"""
CREATE VIEW v_articles AS            -- the articles with what other tables say of them
 SELECT a.id, a.url, a.section, a.section_path, a.title, a.updated, a.created, a.author, a.authors, a.source,
  a.summary, a.body, a.captions, a.word_count, (SELECT count(*) FROM images AS i WHERE i.number = a.number) AS images,
  a.first_seen, a.last_seen, a.last_changed, a.revision, a.status, o.id AS duplicate_of, d.similarity, a.fingerprint,
  a.parser, c.fetched_at, c.source AS captured_from, c.host AS captured_host, {SITE_NAME} || ':' || a.id AS record
 FROM articles AS a LEFT JOIN duplicates AS d ON d.number = a.number LEFT JOIN articles AS o ON o.number = d.original
 LEFT JOIN captures AS c ON c.id = a.first_capture;

CREATE VIEW v_revisions AS           -- every wording of each article, its current one last
 SELECT a.id, a.url, r.revision, r.title, r.updated, r.author, r.source, r.body, r.seen, r.replaced, r.cause
 FROM revisions AS r JOIN articles AS a ON a.number = r.number
 UNION ALL SELECT id, url, revision, title, updated, author, source, body, last_changed, NULL, NULL FROM articles;

CREATE VIEW v_images AS              -- the pictures of each article
 SELECT a.id, a.url, i.position, i.url AS image, i.caption, i.credit, i.file_name, i.media
 FROM images AS i JOIN articles AS a ON a.number = i.number;

CREATE VIEW v_copies AS              -- copies with their originals
 SELECT c.id, c.url, o.id AS original, o.url AS original_url, d.similarity, d.kind
 FROM duplicates AS d JOIN articles AS c ON c.number = d.number JOIN articles AS o ON o.number = d.original;

CREATE VIEW v_queue AS               -- the articles that were ever listed
 SELECT {write_id("q.number")} AS id, q.address AS url, q.wanted, json_extract(q.state, '$.gone') AS gone,
  json_extract(q.state, '$.failed_runs') AS failed_runs, json_extract(q.state, '$.due') AS due,
  json_extract(q.state, '$.recheck_at') AS recheck_at FROM queue AS q;

CREATE VIEW v_outcomes AS            -- what came of each article in each run
 SELECT {write_id("o.number")} AS id, a.url, o.run, r.kind, r.started, o.outcome, o.hash
 FROM outcomes AS o JOIN runs AS r ON r.run = o.run LEFT JOIN articles AS a ON a.number = o.number;

CREATE VIEW v_places AS              -- the pages of articles that are in a bucket
 SELECT a.id, a.url, c.fetched_at, c.warc, p.address, c."offset" FROM places AS p JOIN captures AS c ON c.warc = p.file
 JOIN articles AS a ON a.capture IN (c.id, c.first_page);

CREATE VIEW v_failures AS            -- what failed in each run, and why
 SELECT {write_id("f.number")} AS id, f.address AS url, f.run, f.class, f.reason, f.at FROM failures AS f;
"""
"""Each begins with the site's id of an article and its address."""
