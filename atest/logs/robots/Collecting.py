"""A listener that writes down what logs.References would be given, for tests to publish the log in many ways."""

import json
from pathlib import Path
from typing import Any

from robot.libraries.BuiltIn import BuiltIn


class Collecting:
    ROBOT_LISTENER_API_VERSION = 3

    def __init__(self, record: str) -> None:
        self.record = Path(record)
        self.seen: dict[str, Any] = {"collect": [], "collect_doc": [], "output_folder": None, "log": None}

    def start_suite(self, data: Any, result: Any) -> None:
        self.seen["output_folder"] = BuiltIn().get_variable_value("${OUTPUT DIR}")

    def end_suite(self, data: Any, result: Any) -> None:
        self.seen["collect_doc"] += [result.doc, result.message, *result.metadata.values()]

    def end_test(self, data: Any, result: Any) -> None:
        self.seen["collect_doc"] += [result.doc, result.message]

    def log_message(self, message: Any) -> None:
        if message.html:
            self.seen["collect"].append(message.message)

    def log_file(self, path: Path) -> None:
        self.seen["log"] = str(path)

    def close(self) -> None:
        self.record.write_text(json.dumps(self.seen), encoding="utf-8")
