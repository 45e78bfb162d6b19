"""What setup.cfg cannot say: coverage pages draw diagrams by bpmn-js, which npm brings when a package is built."""

import json
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

VERSION = "18.31.1"
FILES = {
    "LICENSE": "LICENSE",
    "dist/bpmn-navigated-viewer.production.min.js": "bpmn-viewer.js",
    "dist/assets/diagram-js.css": "diagram-js.css",
    "dist/assets/bpmn-js.css": "bpmn-js.css",
}
FOLDER = Path(__file__).parent / "src" / "CamundaLibrary" / "coverage" / "bpmn_js"


class BuildWithDiagrams(build_py):
    """Brings bpmn-js first. Where npm does not work, packages are built all the same: pages then show no diagram."""

    def run(self) -> None:
        try:
            bring_bpmn_js()
        except (OSError, subprocess.CalledProcessError) as error:
            self.warn(f"Coverage pages will have no diagrams, npm did not bring bpmn-js {VERSION}: {error}")
        super().run()


def bring_bpmn_js() -> None:
    """Unpacks what is needed of bpmn-js into the package, unless it is there already."""
    if (FOLDER / "VERSION").is_file() and (FOLDER / "VERSION").read_text("utf-8") == VERSION:
        return
    with tempfile.TemporaryDirectory() as folder:
        command = [shutil.which("npm") or "npm", "pack", "--silent", "--json", f"bpmn-js@{VERSION}"]
        packed = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
        archive = Path(folder) / json.loads(packed.stdout)[0]["filename"]
        FOLDER.mkdir(exist_ok=True)
        with tarfile.open(archive) as files:
            for name, target in FILES.items():
                found = files.extractfile(f"package/{name}")
                assert found is not None, name
                (FOLDER / target).write_bytes(found.read())
    (FOLDER / "VERSION").write_text(VERSION, "utf-8")


setup(cmdclass={"build_py": BuildWithDiagrams})
