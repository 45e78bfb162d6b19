"""Where an engine keeps its data."""

from pathlib import Path

from CamundaLibrary.errors import SettingsError

IN_MEMORY = "jdbc:h2:mem:engine;DB_CLOSE_DELAY=-1"


def find_jdbc_url(database: str) -> str:
    """Returns the JDBC url of `memory`, of the path of a file (H2 adds `.mv.db` to it), or of a JDBC url as it is.

    Raises SettingsError if the path has a semicolon, which would end it.
    """
    if database == "memory":
        return IN_MEMORY
    if database.startswith("jdbc:"):
        return database
    if ";" in database:
        raise SettingsError(
            f"The database file '{database}' has a semicolon in its path, which the engine cannot read."
        )
    return f"jdbc:h2:file:{Path(database.removesuffix('.mv.db')).expanduser().absolute()};DB_CLOSE_ON_EXIT=FALSE"
