"""The licence of a dataset to share, as each kind of metadata names it."""

from __future__ import annotations

from typing import NamedTuple


class License(NamedTuple):
    """A licence by what the setting `share_license` says: an identifier of SPDX, or an address."""

    text: str

    @property
    def is_address(self) -> bool:
        """Whether it is no identifier but the address of its terms."""
        return "://" in self.text

    @property
    def address(self) -> str:
        """Where its terms are."""
        return self.text if self.is_address else f"https://spdx.org/licenses/{self.text}.html"

    @property
    def key(self) -> str:
        """Its key in a CITATION.cff."""
        return "license-url" if self.is_address else "license"

    @property
    def hub(self) -> str:
        """Its lines in the card for dataset hubs, which name licences in lower case."""
        name = "other\nlicense_name: other" if self.is_address else self.text.lower()
        return f"license: {name}\nlicense_link: {self.address}"

    def describe(self) -> dict[str, str]:
        """It as an item of `licenses` in a Data Package."""
        return {"path": self.address} if self.is_address else {"name": self.text, "path": self.address}
