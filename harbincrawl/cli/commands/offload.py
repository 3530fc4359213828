"""`harbincrawl offload`: closed WARC files into a bucket."""

from __future__ import annotations

import click

from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.output import Output, json_option, progress_bar, warn_amiss
from harbincrawl.cli.parsing import Command
from harbincrawl.operations.buckets import offload
from harbincrawl.text import count_text


@click.command("offload", cls=Command, is_writer=True)
@click.argument("destination", metavar="s3://BUCKET/PREFIX")
@json_option
@click.pass_obj
def command(options: GlobalOptions, destination: str, output: Output) -> int:
    """Move the closed WARC files of the archive into a bucket, from where all commands read them.

    A file is deleted here when it was read back from there whole. AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION
    and AWS_ENDPOINT_URL say who asks, and which server.

    \b
    harbincrawl offload s3://my-bucket/harbin
    """
    options.recover()
    with progress_bar("offload", is_bytes=True) as progress:
        done = offload(options.archive, destination, progress=progress)
    moved = f"{count_text(len(done.files), 'file')} moved to {done.prefix}, {done.bytes / 1e6:,.1f} MB"
    output.conclude(done.as_dict(), moved, *left_lines(done.left))
    warn_amiss(*left_lines(done.left), is_printed=True)
    return done.exit_code


def left_lines(left: dict[str, str]) -> list[str]:
    """The objects that could not be deleted, and what deletes them."""
    return [f"not deleted: {reason}" for reason in left.values()]
