"""The engines that can be had for development: relatives with one REST API, and packages named after each."""

from typing import NamedTuple

from CamundaLibrary.errors import SettingsError


class Family(NamedTuple):
    """One of them. `name` is that of its packages and in the addresses of its web applications."""

    name: str
    title: str
    pom: str


CAMUNDA = Family("camunda", "Camunda 7", "pom.xml")
OPERATON = Family("operaton", "Operaton", "operaton.xml")
FAMILIES = {family.name: family for family in (CAMUNDA, OPERATON)}


def find_family(name: str) -> Family:
    """Returns the family of that name, for none Camunda 7; SettingsError lists those that there are."""
    if name and name not in FAMILIES:
        raise SettingsError(f"There is no engine '{name}'. There are {', '.join(FAMILIES)}.")
    return FAMILIES.get(name, CAMUNDA)
