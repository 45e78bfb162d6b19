"""The pages of the site, as HTML."""

from collections.abc import Iterable
from html import escape

from catalogue import Comic

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<style>
  body {{ font: 18px/1.5 sans-serif; max-width: 720px; margin: 2em auto; padding: 0 1em; color: #222 }}
  img {{ max-width: 100% }}
  figure {{ margin: 1em 0 }}
  figcaption {{ color: #666; font-style: italic }}
  input, button {{ font: inherit; padding: .2em .6em }}
</style>
</head>
<body>
<header>
<a href="/">Drawn by nobody</a>
<form action="/search"><input name="q" value="{query}" aria-label="Search"> <button>Search</button></form>
</header>
<main>
<h1>{title}</h1>
{content}
</main>
</body>
</html>
"""


def show_start(comics: Iterable[Comic]) -> str:
    return _page("All comics", _list(comics))


def show_results(query: str, comics: list[Comic]) -> str:
    if not comics:
        return _page("Nothing found", "<p>No comic matches.</p>", query)
    return _page(f"{len(comics)} found", _list(comics), query)


def show_comic(comic: Comic) -> str:
    return _page(comic.name, _figure(comic) if comic.picture else f"<p>{escape(comic.joke)}</p>")


def show_missing() -> str:
    return _page("Page not found", "<p>There is no such page.</p>")


def _page(title: str, content: str, query: str = "") -> str:
    return PAGE.format(title=escape(title), content=content, query=escape(query))


def _list(comics: Iterable[Comic]) -> str:
    items = (f'<li><a class="comic" href="/comics/{comic.number}">{escape(comic.name)}</a></li>' for comic in comics)
    return "<ul>\n{}\n</ul>".format("\n".join(items))


def _figure(comic: Comic) -> str:
    return (
        f'<figure><img class="comic" src="/pictures/{comic.picture}" '
        f'alt="{escape(comic.name)}" title="{escape(comic.joke)}">\n'
        f"<figcaption>{escape(comic.joke)}</figcaption></figure>"
    )
