"""The version of the package, and how it names itself to servers."""

__version__ = "1.0.0"


def name_agent(contact: str | None) -> str:
    """The User-Agent: who we are, and how to reach whoever runs this."""
    return f"harbincrawl/{__version__}" + (f" (+{contact})" if contact else " (news archive)")
