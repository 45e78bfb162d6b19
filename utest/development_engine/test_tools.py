"""What is said where Java or Maven are missing. The programs are scripts of the test's own, alone on the PATH."""

import pytest

from CamundaLibrary.development_engine.tools import find_java, find_maven
from CamundaLibrary.errors import ToolMissing

INSTALL_JDK = (
    "Install a JDK of version 17 or newer (Debian and Ubuntu: apt install openjdk-17-jdk-headless, "
    "macOS: brew install openjdk@17, Windows: winget install EclipseAdoptium.Temurin.17.JDK)."
)


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """Adds a program that prints a text on stderr."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("JAVA_HOME", raising=False)

    def add(name, text=""):
        program = folder / name
        program.write_text(f"#!/bin/sh\necho '{text}' >&2\n")
        program.chmod(0o755)
        return str(program)

    return add


def refusal_of(find):
    with pytest.raises(ToolMissing) as refusal:
        find()
    return str(refusal.value)


def test_no_java(programs):
    assert refusal_of(find_java) == f"The engine needs Java, and there is none. {INSTALL_JDK}"


@pytest.mark.parametrize(
    ("text", "version"), [('openjdk version "11.0.2" 2019-01-15', 11), ('java version "1.8.0_292"', 8)]
)
def test_java_too_old(programs, text, version):
    java = programs("java", text)
    assert refusal_of(find_java) == f"The engine needs Java 17 or newer, and '{java}' is Java {version}. {INSTALL_JDK}"


@pytest.mark.parametrize("text", ['openjdk version "17.0.15" 2025-04-15', 'openjdk version "25" 2025-09-16'])
def test_java_new_enough(programs, text):
    java = programs("java", text)
    assert find_java() == java


def test_java_home_goes_before_the_path(programs, tmp_path, monkeypatch):
    programs("java", 'openjdk version "17.0.15"')
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "nowhere"))
    assert refusal_of(find_java) == (
        f"The engine needs Java, and JAVA_HOME, '{tmp_path / 'nowhere'}', has none. {INSTALL_JDK}"
    )


def test_no_maven(programs):
    programs("javac")
    assert refusal_of(find_maven) == (
        "Building the engine needs Maven, and there is none. "
        "Install it (Debian and Ubuntu: apt install maven, macOS: brew install maven, Windows: choco install maven)."
    )


def test_maven_without_compiler(programs):
    programs("mvn")
    programs("java", 'openjdk version "17.0.15"')
    assert refusal_of(find_maven) == f"Building the engine needs the Java compiler, and there is none. {INSTALL_JDK}"
