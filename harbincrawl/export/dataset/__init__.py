"""Dataset bundles: folders with data by year, a README of counts, a descriptor, a citation and checksums."""
