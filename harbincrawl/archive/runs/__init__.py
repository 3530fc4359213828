"""The runs of an archive: their outcomes, their seals, their past."""
