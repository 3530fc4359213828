"""`harbincrawl purge`: delete articles for good."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

import click

from harbincrawl.cli.output.progress import progress_bar
from harbincrawl.text import count_text, write_json

if TYPE_CHECKING:
    from harbincrawl.cli.main import Options
    from harbincrawl.operations.purge import Purge

_NAME = re.compile(r"(?:[a-z0-9-]+:)?0*(\d{1,9})", re.ASCII)
_PAGE = re.compile(r"https?://\S+/0*(\d{1,9})(?:_\d+)?\.html?", re.ASCII)
_MOST_NAMED = 10


class ArticleNumber(click.ParamType[int]):
    """An article's number, id or address, as its number."""

    name = "ID"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        found = _NAME.fullmatch(str(value).strip()) or _PAGE.fullmatch(str(value).strip())
        if found is None:
            self.fail("expected a number, an id such as harbin-today:5370, or an address.", param, ctx)
        return int(found[1])


@click.command("purge")
@click.argument("articles", nargs=-1, required=True, type=ArticleNumber(), metavar="ID...")
@click.option("--copies", is_flag=True, help="Their copies, too.")
@click.option("--yes", is_flag=True, help="Do not ask; required without a terminal.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.help_option("-h", "--help")
@click.pass_obj
def command(options: Options, articles: tuple[int, ...], copies: bool, yes: bool, as_json: bool) -> int:
    """Delete articles for good: records, revisions, list lines, pictures, index, and every captured page that holds
    their address, title, summary or a sentence of them. They are never fetched or ingested again.

    This cannot be undone. Copies made with `backup` or `export` are not touched: make these again. Ends with 3 where
    copies of them stay.

    \b
    harbincrawl purge 5370
    harbincrawl purge harbin-today:5370 --copies --yes
    """
    from harbincrawl.operations.purge import purge
    from harbincrawl.reread.executor import count_cores, open_executor

    if not yes:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise click.UsageError("A purge cannot be undone: without a terminal to ask on, give --yes.")
        named = ", ".join(map(str, articles))
        click.confirm(f"Purge {named} from {options.archive}? This cannot be undone.", abort=True, err=True)
    with progress_bar("purge", options.quiet) as progress, open_executor(count_cores()) as executor:
        done = purge(options.archive, articles, copies=copies, progress=progress, executor=executor)
    if as_json:
        found = {"purged": done.numbers, "records": done.records, "copies": done.copies, "holders": done.holders}
        click.echo(write_json(found, indent=2))
    if not options.quiet:
        for line in purge_lines(done):
            click.echo(line, err=True)
    return done.exit_code


def purge_lines(done: Purge) -> list[str]:
    """What was done, in words."""
    gone = f"{count_text(done.records, 'captured record')} and {count_text(done.files, 'file')} replaced or gone"
    lines = [f"purged {_list(done.numbers)}: {gone}"]
    if done.copies:
        lines.append(f"copies that stay: {_list(done.copies)}; --copies purges these, too")
    if done.holders:
        lines.append(f"articles that hold a sentence of it and stay: {_list(done.holders)}")
    return lines


def _list(numbers: list[int]) -> str:
    more = f" and {len(numbers) - _MOST_NAMED} more" if len(numbers) > _MOST_NAMED else ""
    return ", ".join(map(str, numbers[:_MOST_NAMED])) + more
