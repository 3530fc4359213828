"""Settings are read with key, line and nearest known key in every message; their page is what the schema says."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.config import FILE
from harbincrawl.config.reader import Config, Value, read_config, read_settings
from harbincrawl.config.schema import SETTINGS, Notify, Thresholds
from harbincrawl.errors import SettingsError
from harbincrawl.spiders.options import Options
from tests.support.readme_examples import SETTINGS_PAGE, make_settings


def read(
    folder: Path, text: str | bytes, environment: dict[str, str] | None = None, flags: dict[str, object] | None = None
) -> Config:
    data = text.encode() if isinstance(text, str) else text
    (folder / FILE).write_bytes(data)
    return read_config(folder, environment or {}, flags)


def refuse(
    folder: Path, text: str | bytes, environment: dict[str, str] | None = None, flags: dict[str, object] | None = None
) -> str:
    """The message, without the folder's name."""
    with pytest.raises(SettingsError) as caught:
        read(folder, text, environment, flags)
    assert caught.value.exit_code == 2
    return str(caught.value).replace(f"{folder}/", "")


def test_no_file_means_defaults(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none", Path(__file__)):
        config = read_config(folder, {"PATH": "/bin", "HARBINCRAWL_ARCHIVE": "x"})
        assert config.given == {}
        assert config.fill(Notify()) == Notify()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('\n\ncontakt = "me"', 'config.toml line 3: unknown key "contakt"; did you mean "contact"?'),
        ("[healht]\nerrors = 0.2", "config.toml line 1: unknown table [healht]; did you mean [health]?"),
        ("[notify]\nurl = 5", 'config.toml line 2: unknown key "url" in [notify]; did you mean "urls"?'),
        ("errors = 0.2", 'config.toml line 1: unknown key "errors"; did you mean "errors" in [health]?'),
        (
            '[notify]\ncontact = "me"',
            'config.toml line 2: unknown key "contact" in [notify]; did you mean "contact" above the first table?',
        ),
        ("[notify]\ncolour = 1", 'config.toml line 2: unknown key "colour" in [notify]; known: urls, command'),
        ("[zzz]", "config.toml line 1: unknown table [zzz]; known: [notify], [seal], [dataset], [health]"),
        (
            "full_after_days = -5",
            "config.toml line 1: full_after_days: expected a whole number from 0 to 36500, found -5",
        ),
        ("full_after_days = 2.5", "config.toml line 1: full_after_days: expected a whole number from 0"),
        ("warc_max_bytes = true", "config.toml line 1: warc_max_bytes: expected a whole number, 1 or more, found true"),
        ("image_max_bytes = 0x" + "f" * 9000, "found a very large number"),
        ("contact = 5", "config.toml line 1: contact: expected one line of text, found 5"),
        ('contact = "\\u202e"', 'config.toml line 1: contact: expected one line of text, found ""'),
        ("seal = 5", "config.toml line 1: expected a table [seal], found 5"),
        (
            "health = { errors = 1,  pages = -1 }",
            "config.toml line 1: health.pages: expected a whole number, 0 or more",
        ),
        ("health.errors = 1\nhealth.pages = true", "config.toml line 2: health.pages: expected a whole number"),
        ('[notify]\ncommand = "mail me"', "config.toml line 2: notify.command: expected a list of words, the program"),
        ("[health]\nerrors = 1.5", "config.toml line 2: health.errors: expected a number from 0 to 1, found 1.5"),
        ("[health]\nerrors = nan", "config.toml line 2: health.errors: expected a number from 0 to 1, found NaN"),
        ("[health.sections.news]\nleast_body = 2", "health.least_body: expected a number from 0 to 1, found 2"),
        (
            "[health.sections.news]\nleast_bodi = 1",
            'health.sections news: unknown key "least_bodi"; did you mean "least_body"?',
        ),
        ("[health.sections.news]\ndisk_share = 1", 'health.sections news: unknown key "disk_share"'),
        ("[health]\nsections.news = 5", "health.sections news: expected a table of bounds for each section, found 5"),
        ("[health]\npages = 1979-05-27", 'found "1979-05-27"'),
        ('[health]\nignore = "silence"', 'health.ignore: expected a list of names of health rules, found "silence"'),
        (
            '[health]\nignore = ["disk", "silense"]',
            "health.ignore item 2: expected a list of names of health rules, found",
        ),
        ('[health]\nignore = ["silense"]', 'found "silense"; did you mean "silence"?'),
        ("[health]\naccept_gap = 76", "config.toml line 2: health.accept_gap: expected a table of sections with whole"),
        ('[health.accept_gap]\nnews = "x"', "health.accept_gap news: expected a table of sections"),
        (f"compiler = '''\n[{' ' * 300_000}\n[{'a ' * 90_000}\n'''", "line 1: compiler: expected one line of text"),
        ("contact = 'me", "config.toml line 1: not valid TOML: "),
        ('contact = "me"\n[health\n', "config.toml line 2: not valid TOML: "),
        ('\ncontact = """\n\n', "config.toml line 2: not valid TOML: "),
        ("a = " + "[" * 100_000, "not valid TOML"),
        ("a = 1" + "0" * 5000, "not valid TOML"),
        (b'a = 1\ncontact = "\xff"', "config.toml line 2: not UTF-8 (byte 0xff): save the file as UTF-8"),
    ],
)
def test_what_is_wrong_is_said_with_key_line_and_the_nearest_known_key(
    tmp_path: Path, text: str | bytes, message: str
) -> None:
    assert message in refuse(tmp_path, text)


def test_the_environment_overrules_the_file_and_a_flag_both(tmp_path: Path) -> None:
    text = '[notify]\nurls = ["http://file.example"]\n'
    several = {"HARBINCRAWL_NOTIFY": "http://a.example webhook+https://b.example/x?y#z"}
    assert read(tmp_path, text).fill(Notify()).urls == ("http://file.example",)
    assert read(tmp_path, text, several).fill(Notify()).urls == ("http://a.example", "webhook+https://b.example/x?y#z")
    config = read(tmp_path, text, several, {"notify.urls": ["http://flag.example"]})
    assert config.given["notify.urls"] == Value(("http://flag.example",), "--notify")
    assert read(tmp_path, text, {"HARBINCRAWL_NOTIFY": ""}).fill(Notify()).urls == ()


def test_gaps_are_accepted_in_all_spellings(tmp_path: Path) -> None:
    def accepted(text: str, variable: str | None = None) -> object:
        given = {} if variable is None else {"HARBINCRAWL_HEALTH_ACCEPT_GAP": variable}
        return read(tmp_path, text, given).fill(Thresholds()).accept_gap

    assert accepted("") is False
    assert accepted("[health]\naccept_gap = true") is True
    both = {"news": 76, "culture/music": -3, "gallery": True}
    assert accepted('[health]\naccept_gap = {"news" = 76, "culture/music" = -3, "gallery" = true}') == both
    assert accepted('[health.accept_gap]\nnews = 76\n"culture/music" = -3\ngallery = true') == both
    assert accepted("", "news=76 culture/music=-3 gallery=true") == both
    assert accepted("[health]\naccept_gap = true", "false") is False
    assert "HARBINCRAWL_HEALTH_ACCEPT_GAP: health.accept_gap: expected" in refuse(
        tmp_path, "", {"HARBINCRAWL_HEALTH_ACCEPT_GAP": "news"}
    )


def test_every_setting_says_where_its_value_comes_from(tmp_path: Path) -> None:
    config = read(tmp_path, '\ncontact = "me"', {"HARBINCRAWL_HEALTH_PAGES": "7", "HARBINCRAWL_HEALTH_ERRORS": "1"})
    found = {each.key: config.find(each) for each in SETTINGS}
    assert found["contact"] == Value("me", f"{tmp_path / FILE} line 2")
    assert found["health.pages"] == Value(7, "HARBINCRAWL_HEALTH_PAGES")
    assert found["health.errors"] == Value(1.0, "HARBINCRAWL_HEALTH_ERRORS")
    assert found["full_after_days"] == Value(30, "default")


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "HARBINCRAWL_CONTAKT",
            "me",
            "unknown environment variable HARBINCRAWL_CONTAKT; did you mean HARBINCRAWL_CONTACT?",
        ),
        ("HARBINCRAWL_NOTIFY_COMMAND", "true", "unknown environment variable HARBINCRAWL_NOTIFY_COMMAND"),
        ("HARBINCRAWL_ZZZZZZZZ", "", "unknown environment variable HARBINCRAWL_ZZZZZZZZ"),
        ("HARBINCRAWL_FULL_AFTER_DAYS", "x", "HARBINCRAWL_FULL_AFTER_DAYS: full_after_days: expected a whole number"),
        ("HARBINCRAWL_FULL_AFTER_DAYS", "9" * 5000, "HARBINCRAWL_FULL_AFTER_DAYS: full_after_days: expected"),
        (
            "HARBINCRAWL_HEALTH_ERRORS",
            "2",
            "HARBINCRAWL_HEALTH_ERRORS: health.errors: expected a number from 0 to 1, found 2.0",
        ),
        ("HARBINCRAWL_HEALTH_IGNORE", "disk silense", "HARBINCRAWL_HEALTH_IGNORE: health.ignore item 2: expected"),
    ],
)
def test_a_variable_that_is_wrong_is_named(tmp_path: Path, name: str, text: str, message: str) -> None:
    assert message in refuse(tmp_path, "", {name: text})


@pytest.mark.parametrize(
    "target",
    [
        *"ftp://x nonsense mailto:a@b webhook+mailto:a@b http:// http://[bad/ http://:80/ http://a:x/".split(),
        "http://a b/",
    ],
)
def test_a_target_that_is_none_is_refused(tmp_path: Path, target: str) -> None:
    assert refuse(tmp_path, "", flags={"notify.urls": ["http://good.example:80", target]}).startswith(
        "--notify: notify.urls item 2: expected a list of http(s)://… or webhook+http(s)://…"
    )


def test_no_message_shows_a_secret(tmp_path: Path) -> None:
    hidden = "kept-to-itself"
    for text in (
        f'[notify]\nurls = "https://hc.example/{hidden}"',
        f'[notify]\nurls = ["hc.example/{hidden}"]',
    ):
        assert hidden not in refuse(tmp_path, text)
    assert hidden not in repr(Notify(urls=(f"https://hc.example/{hidden}",)))


def test_a_file_that_may_not_be_read_is_named_to_those_who_need_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse_reading(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse_reading)
    with pytest.raises(SettingsError, match=r"config\.toml: cannot be read: Permission denied"):
        read_config(tmp_path, {})
    assert read_settings(tmp_path, {}, must_read=False)[0].given == {}


def check(folder: Path, data: bytes) -> None:
    try:
        config = read(folder, data)
    except SettingsError as error:
        assert str(error).isprintable()
    else:
        assert config.fill(Options(folder)).full_after_days >= 0


@given(data=st.binary())
def test_any_file_ends_in_settings_or_one_line(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    check(tmp_path_factory.getbasetemp(), data)


NAMES = st.one_of(st.sampled_from([name for each in SETTINGS for name in (each.name, each.key)]), st.just("zzz"))
VALUES = st.sampled_from(["1", "-1", "0.5", "true", '"x"', "[]", '["disk"]', "{}", "{ x = 1 }", "inf", '"\\u0007"'])


@given(
    st.lists(st.one_of(st.builds("{} = {}".format, NAMES, VALUES), st.just("[health]"), st.just("[seal]")), max_size=5)
)
def test_any_values_end_in_settings_or_one_line(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    check(tmp_path_factory.getbasetemp(), "\n".join(lines).encode())


def test_the_page_is_what_the_schema_says() -> None:
    page = SETTINGS_PAGE.read_text("utf-8")
    assert page == make_settings()
    assert all(f"| `{each.name}` |" in page and each.variable in page for each in SETTINGS)


def test_names_of_keys_and_variables_are_unique() -> None:
    assert len({each.key for each in SETTINGS}) == len({each.variable for each in SETTINGS}) == len(SETTINGS)


def test_every_default_is_a_value_that_the_setting_may_have() -> None:
    for each in SETTINGS:
        assert each.default is None or each.convert(each.default) == each.default
        assert each.meaning.endswith(".")
