"""Dataset bundles: folders with data by year, dataset card, descriptors, chart and checksums."""
