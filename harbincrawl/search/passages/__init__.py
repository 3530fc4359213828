"""Passages: what of a text stands in others, word for word or edited."""
