"""Merkle trees as in RFC 6962, section 2.1: one hash over many entries in their order."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

_LEAF, _NODE = b"\0", b"\1"


def hash_tree(entries: Iterable[bytes]) -> bytes:
    """The root of the tree over `entries`; that of none is the sha256 of nothing."""
    # Of each size, a power of two, at most one complete tree: two of one size become one of the next.
    trees: list[tuple[int, bytes]] = []
    for entry in entries:
        size, root = 1, sha256(_LEAF + entry).digest()
        while trees and trees[-1][0] == size:
            size, root = 2 * size, sha256(_NODE + trees.pop()[1] + root).digest()
        trees.append((size, root))
    if not trees:
        return sha256().digest()
    root = trees.pop()[1]
    while trees:
        root = sha256(_NODE + trees.pop()[1] + root).digest()
    return root
