"""Keywords on the files of the current task."""

from pathlib import Path

from robot.api import logger
from robot.api.deco import keyword

from CamundaLibrary.keywords.group import TaskGroup
from CamundaLibrary.keywords.scope import Scope
from CamundaLibrary.task import current


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
        from CamundaLibrary.task.files import write_file

        target = write_file(self.task, name, path, current.output_folder())
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
        from CamundaLibrary.task.files import take_file

        take_file(self.task, name, path, mime_type, in_task=scope is Scope.TASK)
