"""Full-text search: the query language, matching, ranked hits, facets, related articles, spelling hints."""
