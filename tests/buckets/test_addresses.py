"""Addresses of places in buckets: what is refused, and the reason that is given."""

from __future__ import annotations

import pytest

from harbincrawl.buckets import split_address
from harbincrawl.errors import OptionsError


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("s3://b/harbin", "names no bucket, which has 3 to 63 small letters"),
        (f"s3://{'b' * 64}/harbin", "names no bucket"),
        ("s3://Big_Pile/harbin", "names no bucket"),
        ("s3://pile-/harbin", "names no bucket"),
        ("s3:///harbin", "is no place in a bucket: write s3://bucket/key."),
        ("pile/harbin", "is no place in a bucket: write s3://bucket/key."),
        ("s3://pile/a/../b", "names no object"),
    ],
)
def test_an_address_that_is_refused_says_what_is_wrong_with_it(address: str, why: str) -> None:
    with pytest.raises(OptionsError) as refused:
        split_address(address)
    assert why in str(refused.value)
