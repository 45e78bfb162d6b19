"""`python robots/demo` in a copy of its own, with names that nothing else in the engine has."""

from pathlib import Path

from comics.conftest import ComicSearch, rename
from comics.story import make_bundle
from demo_run import DemoRun


class Demo(DemoRun):
    """The demo's copy in a folder, and its run there."""

    def __init__(self, folder: Path, comics: ComicSearch) -> None:
        super().__init__(folder, "demo")
        for model in (make_bundle(comics, self.robots) / "processes").glob("*.bpmn"):
            model.write_text(rename(model, comics.name), "utf-8")
        self.copy("demo")
        key = comics.key("comic-search")
        self.replace("demo/reviewer.robot", "Start Process    comic-search ", f"Start Process    {key} ")
        self.replace("demo/report.py", '"comic-search"', f'"{key}"')
