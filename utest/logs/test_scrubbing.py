import base64
import io
import json
import re
import zlib
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from robot.reporting.jsbuildingcontext import JsBuildingContext
from robot.reporting.jswriter import JsonWriter
from robot.utils import html_escape

from CamundaLibrary.logs.scrubbing import LogUnreadableError, Scrubber


def log_with(text: str) -> bytes:
    """Returns the script in which Robot Framework itself writes `text` into a log: plain, in names, and long."""
    context = JsBuildingContext()
    context.string(text)
    context.string(text, attr=True)
    context.string(f"{text} and much more, so that it is worth to be compressed" * 9)
    output = io.StringIO()
    JsonWriter(output).write_json(
        'window.output["strings"] = window.output["strings"].concat(', context.strings, ");\n"
    )
    JsonWriter(output).write_json("window.settings = ", {"title": html_escape(text), "rpa": True})
    return output.getvalue().encode("utf-8")


def strings_of(log: bytes) -> list[str]:
    """Returns the strings as the scripts of a log see them."""
    table = re.search(r"concat\((\[.*\])\);", log.decode("utf-8"))
    assert table
    values = json.loads(table[1].replace("\\x3c", "<"), strict=False)
    return [value[1:] if value.startswith("*") else unpack(value) for value in values]


def unpack(value: str) -> str:
    packed = base64.b64decode(value)
    assert packed[:2] == b"\x78\xda"  # Robot Framework's scripts know no other
    return zlib.decompress(packed).decode("utf-8")


@given(st.text(st.characters(exclude_categories=["C"]), min_size=4))
@example('say "hi" & <bye> </script>')
@example("back\\slash 'quoted'")
@example("in two\nlines\tand a tab")
@example("пароль 🔑")
def test_no_string_of_a_log_holds_a_secret(secret: str) -> None:
    assume(
        secret.strip() and "://" not in secret and secret not in "and much more, so that it is worth to be compressed"
    )
    clean = Scrubber([secret]).log(log_with(f"before {secret} after"))
    assert set(strings_of(clean)) == set(strings_of(log_with("before <secret> after")))


@pytest.mark.parametrize(
    "spelling",
    [
        'p&w"d<',
        "p&amp;w&quot;d&lt;",
        r"p&w\"d<",
        quote('p&w"d<'),
        quote_plus('p&w"d<'),
        'p&amp;amp;w"d&amp;lt;',
        "p&amp;w\\&quot;d&lt;",
    ],
)
def test_other_spellings_of_a_secret_are_replaced_too(spelling: str) -> None:
    assert Scrubber(['p&w"d<']).text(f"a {spelling} b") == "a <secret> b"


def test_a_secret_within_another_goes_with_it() -> None:
    assert Scrubber(["pass", "password"]).text("password pass") == "<secret> <secret>"


def test_a_short_secret_is_replaced_only_where_it_stands_alone() -> None:
    assert (
        Scrubber(["12", "abc"]).text("12 of 123, 3.12, x12, abc-abcd")
        == "<secret> of 123, 3.<secret>, x12, <secret>-abcd"
    )


@pytest.mark.parametrize("secrets", [[], [""], ["  ", "\n"]])
def test_without_secrets_everything_stays(secrets: list[str]) -> None:
    assert Scrubber(secrets).text("a  b\n") == "a  b\n"
    assert Scrubber(secrets).log(b"anything") == b"anything"
    assert Scrubber(secrets).file(b"\xff\x00") == b"\xff\x00"


@pytest.mark.parametrize("secret", ["window", "output", "strings", "true", "title", "1000", "0000"])
def test_the_scripts_of_a_log_still_work_whatever_the_secret_is(secret: str) -> None:
    log = b"window.util = function () { return window.output; }\nwindow.sPart0 = [1000,[10000,true]];\n"
    assert Scrubber([secret]).log(log + log_with(f"a {secret} b")) == log + log_with("a <secret> b")


def test_parts_of_a_split_log_are_cleaned() -> None:
    part = (
        b'window.keywords1 = [[0,1]];\nwindow.strings1 = ["*","*a hunter2 b"];\nwindow.fileLoading.notify("x-1.js");\n'
    )
    assert Scrubber(["hunter2"]).log(part) == part.replace(b"hunter2", b"&lt;secret&gt;")


def test_base64_that_looks_compressed_but_is_not_stays_text() -> None:
    part = b'window.strings1 = ["eJxhunter2AAAA","eNrz"];\n'
    assert Scrubber(["hunter2"]).log(part) == b'window.strings1 = ["eJx&lt;secret&gt;AAAA","eNrz"];\n'


def test_a_log_without_strings_is_refused_when_there_are_secrets() -> None:
    with pytest.raises(LogUnreadableError):
        Scrubber(["hunter2"]).log(b"<html>a log of another kind: hunter2</html>")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_texts_are_cleaned_in_their_encoding(encoding: str) -> None:
    assert Scrubber(["pässword"]).file("ä;pässword".encode(encoding)).decode(encoding) == "ä;<secret>"


def test_texts_in_an_unknown_encoding_keep_their_bytes() -> None:
    assert Scrubber(["hunter2"]).file(b"caf\xe9;hunter2", is_html=True) == b"caf\xe9;&lt;secret&gt;"


LONG = "eyJhbGciOiJIUzI1NiJ9.abcdefghijklmnopqrstuvwxyz0123456789"


@pytest.mark.parametrize(
    ("left", "clean"),
    [
        (f"a {LONG[:16]}...", "a <secret>..."),
        (f"a {LONG[:40]}... b", "a <secret>... b"),
        (f"a {LONG[:30]}", "a <secret>"),
        (f"[cut]{LONG[-30:]} b", "[cut]<secret> b"),
        (f"a {LONG[:4]}...", "a <secret>..."),
        (f"a {LONG[:9]}… b", "a <secret>… b"),
        (f"a {LONG[:9]} b", f"a {LONG[:9]} b"),
        (f"a {LONG[:3]}... b", f"a {LONG[:3]}... b"),
    ],
)
def test_what_is_left_of_a_secret_that_was_cut_is_replaced(left: str, clean: str) -> None:
    assert Scrubber([LONG]).text(left) == clean


def test_the_lines_of_a_key_are_secrets_too() -> None:
    key = "-----BEGIN KEY-----\nc2VjcmV0IGtleQ\nshort\n-----END KEY-----\n"
    assert Scrubber([key]).text(f"{key}| c2VjcmV0IGtleQ | short") == "<secret>| <secret> | short"


@pytest.mark.parametrize("before", ["", "r", "ro", "robot:"])
@pytest.mark.parametrize("secret", ["hunter2", "pässword-12", "?>~?>~?>~"])
def test_a_secret_in_base64_or_hexadecimal_is_replaced_wherever_it_stands(secret: str, before: str) -> None:
    whole = f"{before}{secret} and more".encode()
    scrubber = Scrubber([secret])
    assert scrubber.finds(base64.b64encode(whole).decode())
    assert scrubber.finds(base64.urlsafe_b64encode(whole).decode())
    assert scrubber.finds(whole.hex())
    assert not scrubber.finds(base64.b64encode(whole.replace(secret.encode(), b"")).decode())


@given(st.lists(st.sampled_from(["hunter2", "12", "a", " ", "\n", LONG, LONG[:20], "&lt;"])), st.integers(1, 40))
def test_a_text_in_pieces_is_cleaned_as_the_whole(words: list[str], chunk: int) -> None:
    text, scrubber = "".join(words), Scrubber(["hunter2", "12", LONG])

    class InPieces(io.StringIO):
        def read(self, size: int | None = -1) -> str:
            return super().read(chunk)

    target = io.StringIO()
    found = scrubber.stream(InPieces(text), target)
    assert target.getvalue() == scrubber.text(text)
    assert found == scrubber.finds(text)
