"""How a build goes, with a Maven and a Java compiler that are scripts of the test's own."""

import os
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from CamundaLibrary.development_engine import OPERATON, build_engine
from CamundaLibrary.errors import CamundaLibraryError, ToolMissing


@pytest.fixture
def maven(tmp_path, monkeypatch):
    """Puts a Maven on the PATH that does what a shell script says."""
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.delenv("JAVA_HOME", raising=False)

    def install(script):
        for name, text in (("mvn", script), ("java", "echo 'version \"17\"'"), ("javac", "")):
            (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
            (tmp_path / name).chmod(0o755)

    return install


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


BUILD = "mkdir target; echo jar > target/development-engine.jar"


def test_builds_the_shipped_program_into_the_cache(maven, cache):
    maven(f"ls > {cache}/seen; {BUILD}")
    jar = build_engine(cache=cache)
    assert jar.read_text() == "jar\n"
    assert (cache / "seen").read_text().split() == ["DevelopmentEngine.java", "application.yaml", "pom.xml"]
    assert sorted(path.name for path in cache.iterdir()) == ["build.lock", jar.name, "seen"]


def test_an_engine_of_the_family_is_built_of_the_same_program_under_its_own_names(maven, cache):
    maven(f"cat *.java *.yaml pom.xml > {cache}/$(grep -c operaton-bom pom.xml).txt; {BUILD}")
    assert build_engine(cache=cache) != build_engine(family=OPERATON, cache=cache)
    camunda, operaton = ((cache / name).read_text() for name in ("0.txt", "1.txt"))
    assert "import org.camunda.bpm.engine" in camunda
    assert "import org.operaton.bpm.engine" in operaton
    assert re.findall(r".*\bcamunda\.bpm.*", operaton) == []


def test_builds_once(maven, cache):
    maven(BUILD)
    jar = build_engine(cache=cache)
    maven("exit 1")
    assert build_engine(cache=cache) == jar


def test_two_builds_at_once_run_maven_once(maven, cache):
    maven(f"echo run >> {cache}/runs; sleep 0.3; {BUILD}")
    with ThreadPoolExecutor() as threads:
        jars = list(threads.map(lambda _: build_engine(cache=cache), range(2)))
    assert jars[0] == jars[1]
    assert (cache / "runs").read_text() == "run\n"


def test_says_how_it_goes(maven, cache):
    maven(f"for i in $(seq 120); do echo 'Downloaded from central: a.jar'; done; {BUILD}")
    sentences = []
    build_engine(sentences.append, cache=cache)
    assert sentences == [
        "Building the engine with Maven. This is done once and takes about a minute.",
        "50 files downloaded.",
        "100 files downloaded.",
        "The engine is built.",
    ]


def test_a_failed_build_tells_maven_s_errors_and_leaves_nothing(maven, cache):
    maven("echo '[INFO] Scanning'; echo '[ERROR] No route to host'; exit 1")
    with pytest.raises(CamundaLibraryError) as failure:
        build_engine(cache=cache)
    assert str(failure.value) == "Building the engine failed: Maven ended with code 1.\n[ERROR] No route to host"
    assert [path.name for path in cache.iterdir()] == ["build.lock"]


def test_sweeps_what_a_killed_build_left(maven, cache):
    (cache / "build-x" / "target").mkdir(parents=True)
    maven(BUILD)
    build_engine(cache=cache)
    assert not (cache / "build-x").exists()


def test_an_interrupted_build_stops_maven(maven, cache):
    maven(f"echo $$ > {cache}/pid; for i in $(seq 50); do echo 'Downloaded from central: a.jar'; done; exec sleep 60")

    def interrupt(sentence):
        if sentence == "50 files downloaded.":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_engine(interrupt, cache=cache)
    with pytest.raises(ProcessLookupError):
        os.kill(int((cache / "pid").read_text()), 0)


@pytest.mark.parametrize(
    ("tool", "need"),
    [
        ("mvn", "Building the engine needs Maven, and there is none"),
        ("java", "The engine needs Java, and there is none"),
        ("javac", "Building the engine needs the Java compiler, and there is none"),
    ],
)
def test_a_missing_tool_is_said(maven, cache, tmp_path, monkeypatch, tool, need):
    maven(BUILD)
    (tmp_path / tool).unlink()
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolMissing, match=f"^{need}"):
        build_engine(cache=cache)
    assert not cache.exists()


def test_a_cache_that_cannot_be_written_is_said(maven, tmp_path):
    maven(BUILD)
    (tmp_path / "file").touch()
    with pytest.raises(CamundaLibraryError) as failure:
        build_engine(cache=tmp_path / "file" / "cache")
    assert str(failure.value) == f"Building the engine in '{tmp_path}/file/cache' failed: Not a directory."
