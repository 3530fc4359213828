"""Finding copies: candidates by MinHash signature, decided by fingerprints and by comparing the texts."""
