"""Proofs for strangers: one wording of an article, with all that it takes to check it without this program."""
