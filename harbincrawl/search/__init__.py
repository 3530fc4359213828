"""From any text to hits: the query language, matching, facets, related articles, spelling."""
