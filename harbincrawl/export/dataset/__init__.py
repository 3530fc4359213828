"""The dataset bundle: data by year, card, descriptors, chart and checksums in one folder."""
