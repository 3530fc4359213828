"""Which articles are copies of which: candidates by signature, decided by fingerprints and texts."""
