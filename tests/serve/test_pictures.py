"""The size of a picture from its first bytes, whatever they claim."""

from __future__ import annotations

import struct
from io import BytesIO
from pathlib import Path

import pytest

from harbincrawl.serve.pictures import find_size, read_size

Image = pytest.importorskip("PIL.Image")


def make_picture(kind: str, width: int, height: int, **options: object) -> bytes:
    stream = BytesIO()
    Image.new("RGB", (width, height), (200, 30, 90)).save(stream, kind, **options)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("PNG", {}), ("GIF", {}), ("BMP", {}), ("JPEG", {}), ("JPEG", {"progressive": True}),
        ("JPEG", {"exif": b"x" * 9000}),
        ("WEBP", {}), ("WEBP", {"lossless": True}), ("WEBP", {"exif": b"Exif\0\0"}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("size", [(1, 1), (384, 256), (31, 4001)])
def test_the_size_of_every_kind_that_is_kept_is_known(
    tmp_path: Path, kind: str, options: dict[str, object], size: tuple[int, int]
) -> None:
    path = tmp_path / "picture"
    path.write_bytes(make_picture(kind, *size, **options))
    assert read_size(path) == size


@pytest.mark.parametrize(
    "head",
    [
        b"", b"\xff", b"\xff\xd8", b"\xff\xd8\xff", b"\xff\xd8" + b"\xff" * 70_000, b"\xff\xd8\xff\xe0\0\0" * 9, b"BM",
        b"GIF89a",
        b"RIFF0000WEBP", b"RIFF0000WEBPVP8 ", b"<svg width='9' height='9'/>", b"\x89PNG\r\n\x1a\n0000IHDR",
    ],
)  # fmt: skip
def test_what_is_no_picture_has_no_size(head: bytes) -> None:
    assert find_size(head) is None


@pytest.mark.parametrize("size", [(0, 9), (9, 0), (2**31, 9), (30_001, 1)])
def test_a_size_that_no_page_can_be_laid_out_by_is_left_out(tmp_path: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", *size))
    assert read_size(path) is None
    assert read_size(tmp_path / "nothing") is None
    assert read_size(tmp_path) is None


@pytest.mark.parametrize("kind", ["PNG", "GIF", "BMP", "JPEG", "WEBP"])
def test_a_picture_cut_anywhere_is_read_or_left_out(kind: str) -> None:
    whole = make_picture(kind, 64, 48)
    assert {find_size(whole[:length]) for length in range(min(len(whole), 700))} <= {None, (64, 48)}
