"""Keywords on the files of the current task."""

from pathlib import Path

from robot.api import logger
from robot.api.deco import keyword
from robot.libraries.BuiltIn import BuiltIn

from CamundaLibrary.errors import ValueRefused
from CamundaLibrary.keywords.group import TaskGroup
from CamundaLibrary.keywords.scope import Scope


class FileKeywords(TaskGroup):
    """File variables."""

    @keyword(tags=("File",))
    def get_task_file(self, name: str, path: Path | None = None) -> str:
        """Writes the content of a File or Bytes variable to disk and returns the path.

        | =Arguments= | =Description= |
        | ``name``    | Name of the variable. |
        | ``path``    | File to write, exactly there; missing folders are made. |

        Without ``path`` the file gets a folder of its own under the output folder, and a safe form of its own name.

        Example:
        | ${path}    `Get Task File`    invoice
        | `Get Task File`    invoice    path=${TEMPDIR}/invoice.pdf
        """
        filename, content = self.task.file(name)
        target = path or _folder_for(name) / filename
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content if isinstance(content, bytes) else content.read_bytes())
        except OSError as error:
            raise ValueRefused(f"Writing file variable '{name}' to '{target}' failed: {error}.") from None
        logger.info(f"Wrote {target.stat().st_size} bytes to '{target}'.")
        return str(target)

    @keyword(tags=("File",))
    def set_task_file(self, name: str, path: Path, mime_type: str | None = None, scope: Scope = Scope.PROCESS) -> None:
        """Sets a File variable from a file, to be sent together with the outcome.

        | =Arguments=   | =Description= |
        | ``name``      | Name of the variable. |
        | ``path``      | The file, taken as it is now. |
        | ``mime_type`` | Kind of content; without it the file's extension decides. |
        | ``scope``     | PROCESS or TASK, as in `Set Task Variable`. |

        Example:
        | `Set Task File`    comic    ${OUTPUT DIR}/comic.png
        """
        try:
            self.task.set_file(name, path, mime_type, in_task=scope is Scope.TASK)
        except OSError as error:
            raise ValueRefused(f"Copying '{path}' for file variable '{name}' failed: {error}.") from None


def _folder_for(name: str) -> Path:
    """Two names that are equal once made safe still get two folders."""
    from CamundaLibrary.variables import safe_filename

    output = Path(BuiltIn().get_variable_value("${OUTPUT DIR}") or ".")
    safe = safe_filename(name)
    if safe != name:
        from hashlib import sha256

        safe = f"{safe}-{sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
    return output / "task-files" / safe
