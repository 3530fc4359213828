"""Layouts: what the pages of one template have in common, learnt from some of them, and read of others."""
