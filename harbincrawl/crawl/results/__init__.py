"""The results of a run: counted, in words, as measures, and sent to whom they concern."""
