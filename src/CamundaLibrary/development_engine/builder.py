"""Builds the engine with Maven, once per version of its program, into the user's cache."""

import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from CamundaLibrary.development_engine.families import CAMUNDA, Family
from CamundaLibrary.development_engine.tools import find_java, find_maven
from CamundaLibrary.errors import CamundaLibraryError

PROGRAM = Path(__file__).parent / "program"
_OF_ALL = ("DevelopmentEngine.java", "application.yaml")
_FILES_PER_REPORT = 50


def build_engine(
    report: Callable[[str], None] = lambda sentence: None, *, family: Family = CAMUNDA, cache: Path | None = None
) -> Path:
    """Returns the path of the engine's jar, which is built first if the cache has none of this version.

    `report` is told in sentences how the build goes. Several processes may build at once: one does it, the others wait.
    Raises ToolMissing without Maven or a JDK that will do, CamundaLibraryError with Maven's words if the build fails.
    """
    sources = _read_sources(family)
    jar = (cache or _find_cache()) / f"engine-{_hash(sources)}.jar"
    if not jar.exists():
        find_java()
        maven = find_maven()
        try:
            _build_once(jar, sources, maven, report)
        except OSError as error:
            raise CamundaLibraryError(f"Building the engine in '{jar.parent}' failed: {error.strerror}.") from error
    return jar


def _find_cache() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("camunda-robot", appauthor=False) / "development-engine"


def _read_sources(family: Family) -> dict[str, str]:
    """Returns the files of the program: a family has its own pom, and otherwise renamed packages and settings."""
    texts = {name: (PROGRAM / name).read_text("utf-8") for name in _OF_ALL}
    renamed = {name: text.replace("camunda.bpm", f"{family.name}.bpm") for name, text in texts.items()}
    return {"pom.xml": (PROGRAM / family.pom).read_text("utf-8"), **renamed}


def _hash(sources: Mapping[str, str]) -> str:
    digest = hashlib.sha256()
    for text in sources.values():
        digest.update(text.encode())
    return digest.hexdigest()[:12]


def _build_once(jar: Path, sources: Mapping[str, str], maven: str, report: Callable[[str], None]) -> None:
    from filelock import FileLock

    jar.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(jar.parent / "build.lock"):
        if not jar.exists():
            _build(jar, sources, maven, report)


def _build(jar: Path, sources: Mapping[str, str], maven: str, report: Callable[[str], None]) -> None:
    report("Building the engine with Maven. This is done once and takes about a minute.")
    for interrupted in jar.parent.glob("build-*"):
        shutil.rmtree(interrupted)
    with tempfile.TemporaryDirectory(dir=jar.parent, prefix="build-") as folder:
        for name, text in sources.items():
            Path(folder, name).write_text(text, "utf-8")
        _run_maven(maven, folder, report)
        Path(folder, "target", "development-engine.jar").replace(jar)
    report("The engine is built.")


def _run_maven(maven: str, folder: str, report: Callable[[str], None]) -> None:
    command = [maven, "--batch-mode", "-Dstyle.color=never", "package"]
    with subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        assert process.stdout is not None
        try:
            errors = _follow(process.stdout, report)
        except BaseException:
            process.terminate()
            raise
    if process.returncode:
        raise CamundaLibraryError(f"Building the engine failed: Maven ended with code {process.returncode}.{errors}")


def _follow(lines: Iterable[str], report: Callable[[str], None]) -> str:
    """Reports the progress of Maven's output; returns the beginning of its errors."""
    downloaded = 0
    errors: list[str] = []
    for line in lines:
        if line.startswith("[ERROR]"):
            errors.append(line)
        if line.startswith("Downloaded from"):
            downloaded += 1
            if downloaded % _FILES_PER_REPORT == 0:
                report(f"{downloaded} files downloaded.")
    return "\n" + "".join(errors[:5]).rstrip() if errors else ""
