"""Keywords on comments and attachments of tasks for people."""

from pathlib import Path

from robot.api.deco import keyword
from robot.utils import DotDict

from CamundaLibrary.engines.records import Attachment
from CamundaLibrary.errors import ValueRefused
from CamundaLibrary.keywords.choices import choose_one
from CamundaLibrary.keywords.connection import EngineGroup
from CamundaLibrary.keywords.gone_user_tasks import gone_is_explained
from CamundaLibrary.keywords.written_files import write_file


class UserTaskNoteKeywords(EngineGroup):
    """What people write to tasks, and attach. It stays when the task is done."""

    @keyword(tags=("User task",))
    def comment_user_task(self, task: str, text: str) -> None:
        """Writes a comment to a user task, open or done.

        | =Arguments= | =Description= |
        | ``task``    | Id of the user task. |
        | ``text``    | The comment. |

        Example:
        | `Comment User Task`    ${task.id}    Asked the customer.
        """
        self.engine.user_tasks.notes.comment(task, text)

    @keyword(tags=("User task",))
    def get_user_task_comments(self, task: str) -> list[DotDict]:
        """Returns the comments on a user task, oldest first.

        | =Arguments= | =Description= |
        | ``task``    | Id of the user task. |

        Each is a dictionary: ``text``, ``user`` (None where the engine did not know), ``time``.

        Example:
        | ${comments}    `Get User Task Comments`    ${task.id}
        """
        found = self.engine.user_tasks.notes.comments(task)
        return [DotDict(text=each.message, user=each.user_id, time=each.time) for each in found]

    @keyword(tags=("User task",))
    def attach_file_to_user_task(
        self, task: str, path: Path, name: str | None = None, description: str | None = None
    ) -> str:
        """Attaches a file to a user task, and returns the id of the attachment.

        | =Arguments=     | =Description= |
        | ``task``        | Id of the user task. |
        | ``path``        | The file. |
        | ``name``        | Name of the attachment; without it that of the file. |
        | ``description`` | Longer text. |

        Example:
        | `Attach File To User Task`    ${task.id}    ${OUTPUT DIR}/invoice.pdf
        """
        return self.engine.user_tasks.notes.attach_file(task, path, name=name, description=description).id

    @keyword(tags=("User task",))
    def attach_link_to_user_task(
        self, task: str, url: str, name: str | None = None, description: str | None = None
    ) -> str:
        """Attaches an address to a user task, and returns the id of the attachment.

        | =Arguments=     | =Description= |
        | ``task``        | Id of the user task. |
        | ``url``         | The address. |
        | ``name``        | Name of the attachment; without it the address. |
        | ``description`` | Longer text. |

        Example:
        | `Attach Link To User Task`    ${task.id}    https://localhost/orders/17    name=Order
        """
        return self.engine.user_tasks.notes.attach_url(task, url, name=name, description=description).id

    @keyword(tags=("User task",))
    def get_user_task_attachments(self, task: str) -> list[DotDict]:
        """Returns what is attached to a user task, oldest first.

        | =Arguments= | =Description= |
        | ``task``    | Id of the user task. |

        Each is a dictionary: ``id``, ``name``, ``description``, ``type`` (kind of content), ``url`` (None: it is a
        file, to be had by `Get User Task Attachment`), ``time``.

        Example:
        | ${attachments}    `Get User Task Attachments`    ${task.id}
        """
        found = self.engine.user_tasks.notes.attachments(task)
        return [
            DotDict(
                id=each.id,
                name=each.name,
                description=each.description,
                type=each.type,
                url=each.url,
                time=each.time,
            )
            for each in found
        ]

    @keyword(tags=("User task",))
    def get_user_task_attachment(self, task: str, attachment: str, path: Path) -> str:
        """Writes an attached file to disk and returns the path.

        | =Arguments=    | =Description= |
        | ``task``       | Id of the user task. |
        | ``attachment`` | Name or id of the attachment. |
        | ``path``       | File to write; missing folders are made. |

        Example:
        | `Get User Task Attachment`    ${task.id}    invoice.pdf    ${OUTPUT DIR}/invoice.pdf
        """
        found = self._find(task, attachment)
        if found.url is not None:
            raise ValueRefused(f"Attachment '{found.name}' is no file: it is the address '{found.url}'.")
        return write_file(path, self.engine.user_tasks.notes.file(found.id, task))

    @keyword(tags=("User task",))
    def delete_user_task_attachment(self, task: str, attachment: str) -> None:
        """Deletes what is attached to a user task.

        | =Arguments=    | =Description= |
        | ``task``       | Id of the user task. |
        | ``attachment`` | Name or id of the attachment. |

        Operaton can do that only while the task is open.

        Example:
        | `Delete User Task Attachment`    ${task.id}    invoice.pdf
        """
        found = self._find(task, attachment)
        with gone_is_explained(self.engine, task):
            self.engine.user_tasks.notes.delete_attachment(found.id, task)

    def _find(self, task: str, attachment: str) -> Attachment:
        """Returns the one of that id or name. NoSingleMatch if there is none, or several have that name."""
        there = self.engine.user_tasks.notes.attachments(task)
        found = [each for each in there if attachment in (each.id, each.name)]
        what = f"attachment '{attachment}' of user task '{task}'"
        names = [each.name or each.id for each in there]
        return choose_one(what, found, lambda each: each.id, asked=attachment, known=lambda: names)
