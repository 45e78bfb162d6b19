"""A variable file of Robot Framework that holds the secrets of a run: `--variablefile …secret_variables;<path>`.

A secret is a `Secret`, which Robot Framework never shows; one of several texts is a dictionary of such:
`${shop}[password]`, `${shop.password}`.
"""

from collections.abc import Mapping

from robot.api.types import Secret

from CamundaLibrary.task.secrets_file import read_secrets

__all__ = ["get_variables"]


def get_variables(*path: str) -> Mapping[str, Secret | Mapping[str, Secret]]:
    """Returns the variables in the secrets file at `path`, which Robot Framework has split at every semicolon."""
    variables: dict[str, Secret | Mapping[str, Secret]] = {}
    for name, value in read_secrets(";".join(path)).items():
        if isinstance(value, str):
            variables[name] = Secret(value)
        else:
            variables[f"DICT__{name}"] = {key: Secret(text) for key, text in value.items()}
    return variables
