"""The decisions of a crawl, without I/O: which list page to read next, which articles to fetch, and when."""

from .articles import (
    BEYOND,
    ArticleState,
    Rhythm,
    ask_key,
    ask_order,
    back_off,
    is_asked,
    needs_gone_proof,
    next_state,
    read_state,
    state_text,
    with_address,
    with_news,
)
from .gone import GoneProof
from .lists import walk
from .outcomes import MISSING, OUTCOMES, READ_OUTCOMES, AskOutcome, QueueOutcome, ReportedOutcome, name_walk
from .sums import Sums, count_sums
from .types import Answer, Ask, PageFailed, PageMissing, Row, RowsInMemory, SectionState, Step, WalkResult, Write

__all__ = [
    "BEYOND",
    "MISSING",
    "OUTCOMES",
    "READ_OUTCOMES",
    "Answer",
    "ArticleState",
    "Ask",
    "AskOutcome",
    "GoneProof",
    "PageFailed",
    "PageMissing",
    "QueueOutcome",
    "ReportedOutcome",
    "Rhythm",
    "Row",
    "RowsInMemory",
    "SectionState",
    "Step",
    "Sums",
    "WalkResult",
    "Write",
    "ask_key",
    "ask_order",
    "back_off",
    "count_sums",
    "is_asked",
    "name_walk",
    "needs_gone_proof",
    "next_state",
    "read_state",
    "state_text",
    "walk",
    "with_address",
    "with_news",
]
