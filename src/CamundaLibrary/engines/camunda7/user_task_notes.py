"""Comments and attachments of user tasks: `/task/…/comment` and `/task/…/attachment`."""

from pathlib import Path

from CamundaLibrary.engines.camunda7.user_task_presence import task_is_there
from CamundaLibrary.engines.camunda7.wire import read_optional_time
from CamundaLibrary.engines.records import Attachment, Comment
from CamundaLibrary.http import Entry, HttpClient, Part
from CamundaLibrary.variables import FileValue


class Camunda7UserTaskNotes:
    """Comments and attachments of user tasks."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client

    def comments(self, task_id: str) -> list[Comment]:
        """Reads comments."""
        action = f"Reading the comments of user task '{task_id}'"
        with task_is_there(task_id):
            found = self._client.get(action, "task", task_id, "comment").build_each(_comment)
        return sorted(found, key=lambda comment: str(comment.time))

    def comment(self, task_id: str, message: str) -> Comment:
        """Writes a comment."""
        action, body = f"Commenting on user task '{task_id}'", {"message": message}
        with task_is_there(task_id):
            return self._client.post(action, "task", task_id, "comment", "create", body=body).build(_comment)

    def attachments(self, task_id: str) -> list[Attachment]:
        """Reads what is attached."""
        action = f"Reading the attachments of user task '{task_id}'"
        with task_is_there(task_id):
            found = self._client.get(action, "task", task_id, "attachment").build_each(_attachment)
        return sorted(found, key=lambda attachment: str(attachment.time))

    def attach_file(
        self, task_id: str, path: Path, *, name: str | None = None, description: str | None = None
    ) -> Attachment:
        """Attaches a file."""
        file = FileValue(path.name, path=path)
        content = Part("content", file.read(), file.filename, file.mime_type)
        return self._attach(task_id, name or file.filename, description, file.mime_type, content)

    def attach_url(
        self, task_id: str, url: str, *, name: str | None = None, description: str | None = None
    ) -> Attachment:
        """Attaches an address."""
        return self._attach(task_id, name or url, description, None, Part("url", url.encode()))

    def file(self, attachment_id: str, task_id: str) -> bytes:
        """Reads the content of an attached file."""
        action = f"Downloading attachment '{attachment_id}' of user task '{task_id}'"
        return self._client.download(action, "task", task_id, "attachment", attachment_id, "data")

    def delete_attachment(self, attachment_id: str, task_id: str) -> None:
        """Deletes an attachment; Operaton cannot once the task is done."""
        action = f"Deleting attachment '{attachment_id}' of user task '{task_id}'"
        with task_is_there(task_id):
            self._client.delete(action, "task", task_id, "attachment", attachment_id)

    def _attach(self, task_id: str, name: str, description: str | None, type: str | None, content: Part) -> Attachment:
        fields = {"attachment-name": name, "attachment-description": description, "attachment-type": type}
        parts = [Part(field, value.encode()) for field, value in fields.items() if value]
        with task_is_there(task_id):
            action = f"Attaching '{name}' to user task '{task_id}'"
            reply = self._client.upload(action, "task", task_id, "attachment", "create", parts=[*parts, content])
        return reply.build(_attachment)


def _comment(entry: Entry) -> Comment:
    return Comment(
        id=entry["id"],
        task_id=entry.get("taskId"),
        message=entry["message"],
        time=read_optional_time(entry.get("time")),
        user_id=entry.get("userId"),
    )


def _attachment(entry: Entry) -> Attachment:
    return Attachment(
        id=entry["id"],
        task_id=entry.get("taskId"),
        name=entry.get("name"),
        description=entry.get("description"),
        type=entry.get("type"),
        url=entry.get("url"),
        time=read_optional_time(entry.get("createTime")),
    )
