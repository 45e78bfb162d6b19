"""Files of a task to and from the disk."""

from pathlib import Path

from CamundaLibrary.errors import ValueRefused
from CamundaLibrary.task.context import TaskContext
from CamundaLibrary.variables import safe_filename


def write_file(context: TaskContext, name: str, path: Path | None, output_folder: Path) -> Path:
    """Writes the content of a File or Bytes variable to `path`, missing folders too, and returns where it is.

    Without `path` the file gets a folder of its own under `output_folder` and a safe form of its own name.
    Raises VariableMissing, ValueUnreadable, and ValueRefused for what is no file and what cannot be written.
    """
    filename, content = context.file(name)
    target = path or _folder_for(name, output_folder) / filename
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.read_bytes())
    except OSError as error:
        raise ValueRefused(f"Writing file variable '{name}' to '{target}' failed: {error}.") from None
    return target


def take_file(context: TaskContext, name: str, path: Path, mime_type: str | None, *, in_task: bool) -> None:
    """Sets a File variable from the file as it is now. ValueRefused if it cannot be copied."""
    try:
        context.set_file(name, path, mime_type, in_task=in_task)
    except OSError as error:
        raise ValueRefused(f"Copying '{path}' for file variable '{name}' failed: {error}.") from None


def _folder_for(name: str, output_folder: Path) -> Path:
    """Two names that are equal once made safe still get two folders."""
    safe = safe_filename(name)
    if safe != name:
        from hashlib import sha256

        safe = f"{safe}-{sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
    return output_folder / "task-files" / safe
