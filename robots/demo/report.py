"""What came of the demo: every process instance, its end, and the logs of its robots, all from the engine's history."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.records import HistoricProcessInstance


def show_path(path: Path) -> str:
    """Returns a path as short as it can be written here."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    instance: str
    end: str
    log: str


class Report:
    """Reads the history of one run, whose business keys begin with `run`, and keeps the logs in a folder."""

    def __init__(self, engine: Engine, run: str, folder: Path) -> None:
        self._engine = engine
        self._run = run
        self._folder = folder

    def print(self) -> None:
        rows = [Row("PROCESS INSTANCE", "END", "LOGS"), *self._rows()]
        widths = [max(len(row.instance) for row in rows), max(len(row.end) for row in rows)]
        for row in rows:
            print(f"{row.instance:{widths[0]}}  {row.end:{widths[1]}}  {row.log}")

    def _rows(self) -> Iterator[Row]:
        for search in self._engine.history.process_instances(process_definition_key="comic-search"):
            if str(search.business_key).startswith(self._run):
                yield from self._rows_of(search, f"Comic search: {self._words(search)}")
                for comic in self._engine.history.process_instances(super_process_instance_id=search.id):
                    yield from self._rows_of(comic, f"  {self._title(comic)}")

    def _rows_of(self, instance: HistoricProcessInstance, title: str) -> Iterator[Row]:
        """Yields one row for each log, at least one."""
        logs = self._save_logs(instance, title) or ["-"]
        yield Row(title, self._end(instance), logs[0])
        for log in logs[1:]:
            yield Row("", "", log)

    def _save_logs(self, instance: HistoricProcessInstance, title: str) -> list[str]:
        folder = self._folder / self._first_word(instance)
        folder.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"\W+", "-", title).strip("-").lower()
        paths = []
        for number, log in enumerate(self._engine.history.variables(instance.id, name="log"), 1):
            path = folder / f"{name}-{number}.html"
            path.write_bytes(self._engine.history.variable_file(log.id))
            paths.append(show_path(path))
        return paths

    def _end(self, instance: HistoricProcessInstance) -> str:
        activities = self._engine.history.activities(instance.id)
        ends = [each.name for each in activities if each.activity_type.lower().endswith("endevent")]
        return next((str(name) for name in ends if name != "Counted"), instance.state)

    def _words(self, search: HistoricProcessInstance) -> str:
        first, last = self._first_word(search), self._variable(search, "query")
        return first if first == last else f"{first}, then {last}"

    def _first_word(self, instance: HistoricProcessInstance) -> str:
        return str(instance.business_key).removeprefix(f"{self._run}-")

    def _title(self, comic: HistoricProcessInstance) -> str:
        """Returns the comic's name, or the end of its address where the page had no picture."""
        return str(self._variable(comic, "name") or urlsplit(str(self._variable(comic, "url"))).path.strip("/"))

    def _variable(self, instance: HistoricProcessInstance, name: str) -> object:
        found = self._engine.history.variables(instance.id, name=name, activity_instance_id=instance.id)
        return found[0].value.value if found else None
