"""Keywords on the variables of all scopes, what they were, and all files."""

from pathlib import Path

from robot.api.deco import keyword
from robot.utils import DotDict

from CamundaLibrary.engines.records import HistoricVariable
from CamundaLibrary.errors import VariableMissing
from CamundaLibrary.keywords.choices import hint
from CamundaLibrary.keywords.connection import EngineGroup
from CamundaLibrary.keywords.readable_values import readable
from CamundaLibrary.keywords.written_files import write_file
from CamundaLibrary.variables import safe_filename


class HistoricVariableKeywords(EngineGroup):
    """Reads variables of running and ended process instances, also of their inner scopes."""

    @keyword(tags=("History",))
    def find_historic_variables(
        self, instance: str, name: str | None = None, activity: str | None = None
    ) -> list[DotDict]:
        """Returns the variables of all scopes of a process instance, oldest first.

        | =Arguments=  | =Description= |
        | ``instance`` | Id of the process instance, running or ended. |
        | ``name``     | Name of the variables. |
        | ``activity`` | Id of the activity in the model whose variables they are. |

        Each is a dictionary: ``name``, ``value`` (the last one; of a file its name), ``type``, ``activity`` (None:
        it is a variable of the process instance itself), ``created``, ``id``. The value of a Java object that cannot
        be read is None.

        Example:
        | ${variables}    `Find Historic Variables`    ${instance}    name=query
        | Log    ${variables[0].value}
        """
        activities = self._activities(instance)
        shown = [
            DotDict(
                name=each.name,
                value=readable({each.name: each.value}).get(each.name),
                type=each.value.type,
                activity=activities.get(each.activity_instance_id or ""),
                created=each.create_time,
                id=each.id,
            )
            for each in self.engine.history.variables(instance, name=name)
        ]
        return [each for each in shown if activity in (None, each.activity)]

    @keyword(tags=("History",))
    def get_variable_updates(self, instance: str, name: str, activity: str | None = None) -> list[DotDict]:
        """Returns every value that a variable had, oldest first.

        | =Arguments=  | =Description= |
        | ``instance`` | Id of the process instance. |
        | ``name``     | Name of the variable, of that name in any scope. |
        | ``activity`` | Id of the activity in the model whose variable it is. |

        Each is a dictionary: ``value``, ``type``, ``time``, ``revision`` (counts from 0), ``activity`` (None: it is a
        variable of the process instance itself). The engine keeps them at history level full.

        Example:
        | ${updates}    `Get Variable Updates`    ${instance}    status
        | Should Be Equal    ${{ [each.value for each in $updates] }}    ${{ ['new', 'done'] }}
        """
        variables = self.find_historic_variables(instance, name, activity)
        if not variables:
            known = (each.name for each in self.engine.history.variables(instance))
            raise VariableMissing(
                f"Process instance '{instance}' never had a variable '{name}'"
                f"{f' at activity {activity!r}' if activity else ''}.{hint(name, known)}"
            )
        updates = [
            DotDict(
                value=readable({name: update.value}).get(name),
                type=update.value.type,
                time=update.time,
                revision=update.revision,
                activity=each.activity,
            )
            for each in variables
            for update in self.engine.history.variable_updates(each.id)
        ]
        return sorted(updates, key=lambda update: (update.time, update.revision))

    @keyword(tags=("History",))
    def get_process_files(self, instance: str, folder: Path) -> list[DotDict]:
        """Writes all files of a process instance to disk and returns where they are.

        | =Arguments=  | =Description= |
        | ``instance`` | Id of the process instance, running or ended. |
        | ``folder``   | Folder to write to; in it every variable gets a folder of its own. |

        Those of inner scopes (tasks, sub-processes) are among them.

        Each is a dictionary: ``name`` (of the variable), ``path``, ``activity`` (None: it is a variable of the
        process instance itself), ``mime_type``.

        Example:
        | ${files}    `Get Process Files`    ${instance}    ${OUTPUT DIR}/files
        | Log    ${files[0].path}
        """
        activities = self._activities(instance)
        found = [each for each in self.engine.history.variables(instance) if each.value.type in ("File", "Bytes")]
        return [
            DotDict(
                name=each.name,
                path=write_file(path, self.engine.history.variable_file(each.id)),
                activity=activities.get(each.activity_instance_id or ""),
                mime_type=getattr(each.value, "mime_type", None),
            )
            for each, path in zip(found, _paths(folder, found), strict=True)
        ]

    def _activities(self, instance: str) -> dict[str, str]:
        """Returns the ids of activities by the ids of passages through them."""
        return {each.id: each.activity_id for each in self.engine.history.activities(instance)}


def _paths(folder: Path, variables: list[HistoricVariable]) -> list[Path]:
    """Returns a path for each: a folder for the variable, a number added where it comes again, a safe file name."""
    paths: list[Path] = []
    taken: set[str] = set()
    for variable in variables:
        base = safe_filename(variable.name)
        numbered = (base if number == 1 else f"{base}-{number}" for number in range(1, len(variables) + 1))
        name = next(name for name in numbered if name.lower() not in taken)
        taken.add(name.lower())
        paths.append(folder / name / getattr(variable.value, "filename", "content.bin"))
    return paths
