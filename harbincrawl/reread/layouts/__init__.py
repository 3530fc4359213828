"""The layouts of an archive: learnt from its captures, chosen for each of them, and records read again by them."""
