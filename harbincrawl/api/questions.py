"""What an archive is asked: methods that answer with rows, read off their signatures, and the filters of articles."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property, wraps
from types import NoneType, SimpleNamespace
from typing import TYPE_CHECKING, Any, Concatenate, Literal, NamedTuple, ParamSpec, TypeVar, get_args, get_origin
from typing import get_type_hints as read_hints

from harbincrawl.errors import FilterError
from harbincrawl.search.days import read_key_range
from harbincrawl.search.filters import FILTERS as ALL_FILTERS
from harbincrawl.search.filters import SHARED, Filters, make_filters
from harbincrawl.text import suggest, time_text

if TYPE_CHECKING:
    from .rows import Rows

SEARCH_FILTERS = SHARED
"""The filters of a search, in the order of forms."""
FILTERS = {each.name: each for each in ALL_FILTERS if each.reach != "inside"}
"""All filters by name, in their order."""
Asked = ParamSpec("Asked")
A = TypeVar("A")
Answer = TypeVar("Answer")
QUESTIONS: dict[str, Question] = {}
"""All questions by name, in the order of their methods."""
MAX_SHOWN = 30
"""Rows that people are shown, unless they ask for more."""
HELP = {
    "by": "Count by this.",
    "smooth": "Periods around each that its share is of.",
    "sort": "The order.",
    "limit": f"Maximum number of rows (0 = all; as text: {MAX_SHOWN}).",
    "least": "Minimum number of times.",
    "context": "Characters on either side.",
    "against": "Compare with what this query finds.",
    "size": "Words that follow each other (n-grams).",
    "window": "Words on either side.",
    "kind": "Only copies of this kind.",
    "query": "Only articles that this query finds.",
}
"""What each parameter does, for forms and for the command line."""


class Parameter(NamedTuple):
    """What a question may be given beside filters."""

    name: str
    kind: Literal["text", "number", "choice"]
    default: Any
    choices: tuple[str, ...] = ()
    is_word: bool = False
    """Whether it stands without its name: `trends metro tram`."""
    is_many: bool = False
    """Whether it is a word that may be given several times."""
    is_needed: bool = False

    def parse(self, texts: Sequence[str]) -> Any:
        """Its value of what was typed. Raises FilterError."""
        if self.is_many:
            return tuple(texts)
        text = " ".join(texts) if self.is_word else texts[-1]
        if self.kind == "number":
            if not (text.isascii() and text.isdecimal() and len(text) < 10):
                raise FilterError(f"{self.name}: {text[:60]!r} is not a whole number.")
            return int(text)
        return text

    def check(self, value: Any) -> None:
        """Raises FilterError for a value that it may not have; None is not given."""
        if value is None:
            return
        if self.kind == "choice":
            check_choice(self.name, value, self.choices)
        if self.kind == "number" and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
            raise FilterError(f"{self.name}: {value!r} is not a whole number from 0 on.")


class Question:
    """A method of Archive that returns rows."""

    def __init__(self, method: Callable[..., Any], columns: Sequence[str], example: str, bar: str) -> None:
        self.name = method.__name__
        self.example = f"harbincrawl {self.name} {example}"
        self.help = inspect.getdoc(method) or ""
        self.columns = tuple(columns)
        """The columns that people are shown; JSON and CSV have all."""
        self.bar = bar
        """The column that is drawn as bars; empty: none."""
        self._method = method

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """Those of the method, without its filters."""
        method = self._method
        own = list(inspect.signature(method).parameters.values())[1:]
        named = {each.name: each.annotation for each in own if each.kind is not each.VAR_KEYWORD}
        hints = read_hints(SimpleNamespace(__annotations__=named), vars(inspect.getmodule(method)))
        return tuple(_read_parameter(each, hints[each.name]) for each in own if each.name in hints)

    @cached_property
    def has_filters(self) -> bool:
        """Whether it takes the filters of a search."""
        return any(each.kind is each.VAR_KEYWORD for each in inspect.signature(self._method).parameters.values())

    def check(self, values: Mapping[str, Any]) -> None:
        """Raises FilterError for a value of a parameter that it may not have."""
        for each in self.parameters:
            if not each.is_word:
                each.check(values.get(each.name))

    def ask(self, archive: Any, given: Mapping[str, Any], filters: Mapping[str, Any]) -> Rows[Any]:
        """The answer of an Archive to what was typed: `given` are values by parameter, `filters` by name.

        A limit of 0 is none. Raises FilterError, KeyError where there is no such article.
        """
        for each in self.parameters:
            if each.is_needed and not given.get(each.name):
                raise FilterError(f"{self.name} of what? For example: {self.example}")
        values = {name: value for name, value in given.items() if value is not None}
        if values.get("limit") == 0:
            values["limit"] = None
        words = [values.pop(each.name) for each in self.parameters if each.is_word and each.name in values]
        if words and isinstance(words[-1], tuple):
            words = [*words[:-1], *words[-1]]
        rows: Rows[Any] = getattr(archive, self.name)(*words, **values, **filters)
        return rows


def question(
    *columns: str, example: str, bar: str = ""
) -> Callable[[Callable[Concatenate[A, Asked], Answer]], Callable[Concatenate[A, Asked], Answer]]:
    """Makes a method a question of which people are shown these columns, `bar` as a bar; its values are checked.

    `example` are words of a command line.
    """

    def decorate(method: Callable[Concatenate[A, Asked], Answer]) -> Callable[Concatenate[A, Asked], Answer]:
        made = QUESTIONS[method.__name__] = Question(method, columns, example, bar)

        @wraps(method)
        def ask(archive: A, /, *words: Asked.args, **values: Asked.kwargs) -> Answer:
            made.check(values)
            return method(archive, *words, **values)

        return ask

    return decorate


def _read_parameter(found: inspect.Parameter, hint: Any) -> Parameter:
    is_word, is_many = found.kind is not found.KEYWORD_ONLY, found.kind is found.VAR_POSITIONAL
    default = None if found.default is found.empty else found.default
    needed = is_word and found.default is found.empty and (not is_many or found.name == "queries")
    (kind, *_) = [each for each in get_args(hint) if each is not NoneType] if NoneType in get_args(hint) else [hint]
    if get_origin(kind) is Literal:
        return Parameter(found.name, "choice", default, get_args(kind), is_word, is_many, needed)
    if kind is int and not is_word:
        return Parameter(found.name, "number", default)
    return Parameter(found.name, "text", default, (), is_word, is_many, needed)


def is_backwards(since: str | None, until: str | None) -> bool:
    """Whether the first day of a range is after its last. Raises FilterError for what is no date."""
    days = read_key_range(since, until)
    return days is not None and days[0] > days[1]


def read_filters(given: Mapping[str, Any], query: str = "") -> Filters:
    """The filters of keyword arguments, see SearchOptions; None is not given.

    Raises TypeError for one that there is not, FilterError for a value that leaves no article.
    """
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name not in FILTERS:
            raise TypeError(f"there is no filter {name!r}: filters are {', '.join(FILTERS)}.")
        if value is None:
            continue
        if FILTERS[name].kind == "names":
            values[name] = _read_names(name, value)
        elif isinstance(value, datetime) and FILTERS[name].kind == "moment":
            values[name] = time_text(value)
        elif isinstance(value, date):
            values[name] = value.isoformat()[:10]
        else:
            values[name] = value
    return make_filters(values, query)


def check_choice(name: str, value: str, known: Sequence[str]) -> None:
    """Raises FilterError unless `value` is one of `known`."""
    if value not in known:
        raise FilterError(f"{name}: {value!r} is none of {', '.join(known)}{suggest(str(value), known, '{!r}')}")


def _read_names(name: str, value: Any) -> tuple[str, ...]:
    names = (value,) if isinstance(value, str | int) else tuple(value)
    if not names:
        raise FilterError(f"{name}={value!r} leaves no article: give at least one value, or None for all articles.")
    return tuple(str(each).rpartition(":")[2] if name == "id" else str(each) for each in names)
