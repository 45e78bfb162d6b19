import pytest

from CamundaLibrary.logs import References


def collected(html: str = "", doc: str = "") -> list[str]:
    references = References()
    references.collect(html)
    references.collect_doc(doc)
    return list(references)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<a href="shot.png"><img src="shot.png" width="800px"></a>', ["shot.png"]),
        ("<img alt='x' src='single quotes.png'>", ["single quotes.png"]),
        ("<IMG SRC=unquoted.png>", ["unquoted.png"]),
        ('<img src = "spaces around.png">', ["spaces around.png"]),
        ('<video poster="a.png"><source src="b.webm"></video>', ["a.png", "b.webm"]),
        ('<object data="c.pdf"></object>', ["c.pdf"]),
        ('<img src="shots/%C3%A4%20b.png">', ["shots/%C3%A4%20b.png"]),
        ('<img src="a&amp;b&#39;c.png">', ["a&b'c.png"]),
        ('<img src="shot.png?time=1#top">', ["shot.png"]),
        ('<img src="file:///tmp/out/shot.png">', ["file:///tmp/out/shot.png"]),
        (r'<img src="C:\out\shot.png">', [r"C:\out\shot.png"]),
    ],
)
def test_attributes_of_html_are_collected(html: str, expected: list[str]) -> None:
    assert collected(html) == expected


@pytest.mark.parametrize(
    "address",
    [
        "http://example.com/x.png",
        "HTTPS://example.com/x.png",
        "//example.com/x.png",
        "data:image/png;base64,AAAA",
        "mailto:a@example.com",
        "javascript:alert(1)",
        "#s1-t1",
        "?query",
        "",
        "  ",
        "x" * 5000,
    ],
)
def test_addresses_that_need_no_file_are_not_collected(address: str) -> None:
    assert collected(f'<a href="{address}">x</a>') == []


def test_attributes_that_only_end_like_one_are_not_collected() -> None:
    assert collected('<img data-src="a.png" xsrc="b.png" data-href="c.png">') == []


def test_a_reference_is_collected_once_in_the_order_of_the_log() -> None:
    assert collected('<img src="b.png"><img src="a.png"><img src="b.png">') == ["b.png", "a.png"]


@pytest.mark.parametrize(
    ("doc", "expected"),
    [
        ("See [shot.png|the shot].", ["shot.png", "the shot"]),
        ("See [report.pdf|thumb.png].", ["report.pdf", "thumb.png"]),
        ("See [ a b.png | ]", ["a b.png"]),
        ("Over [shot.png|two\n  lines] of text", ["shot.png", "two lines"]),
        ("[one.png|1] and [two.png|2]", ["one.png", "1", "two.png", "2"]),
        ("| =Shot= | [cell.png|shot] |", ["cell.png", "shot"]),
        ("It is file:///tmp/out/shot.png.", ["file:///tmp/out/shot.png"]),
        ("See [https://example.com/x.png|http://example.com].", []),
        ('*HTML*broken <img src="shot.png">', ["shot.png"]),
        ("no *bold* [brackets] shot.png here", []),
        ("", []),
    ],
)
def test_documentation_is_read_as_robot_framework_shows_it(doc: str, expected: list[str]) -> None:
    assert collected(doc=doc) == expected
