"""The pages: each reads from the archive and gives an answer back; they run in threads and know nothing of HTTP."""
