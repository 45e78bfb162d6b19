"""Everything that can go wrong, as sentences.

CamundaLibraryError
├── SettingsError            a setting or an argument is wrong
├── TaskFileError            a task file (handover) is missing or wrong
├── BundleError              a bundle or its manifest is wrong
├── NoCurrentTask            a keyword needs a task and this run is for none
├── TaskGone                 there is no such task (any more)
├── LockLost                 the lock of the task is lost: another worker may be doing it
├── OutcomeAlreadyDecided    a second, different outcome was asked for
├── VariableMissing          the task has no variable (or file) of that name
├── ValueRefused             a value, name or file that the engine could not store
├── ValueUnreadable          a value of the engine that Python cannot read
├── EnvironmentNotBuilt      the environment that a robot needs could not be made
├── SecretMissing            a secret that a robot needs is not there, or not for it
├── ConditionNotMet          what was waited for did not come in time
├── NoSingleMatch            none or several where one thing was asked for
├── ToolMissing              a program or package that is needed is not installed
└── EngineError              the engine, or the way to it, refused a call
    ├── EngineUnreachable    no connection, or no answer in time; nothing is known about the call
    ├── EngineUnavailable    502, 503, 504, or an engine that is shutting down or lost its database
    ├── ReplyUnreadable      HTML, cut or empty where JSON was due
    ├── NotAuthenticated     401
    ├── NotAuthorized        403
    ├── NotFound             404
    ├── RequestRefused       400
    │   ├── LockedByAnother  the task's lock belongs to another worker (or to nobody)
    │   ├── LockExpired      the lock ran out before it was extended
    │   └── Suspended        the process instance is suspended
    └── EngineFailed         500
        ├── EngineConflict   optimistic locking or deadlock: the same call may succeed at once
        └── EngineExhausted  out of memory
"""


class CamundaLibraryError(Exception):
    """Base of all errors of this project; its text is for the user."""

    ROBOT_SUPPRESS_NAME = True  # Robot Framework then shows the sentence alone


class SettingsError(CamundaLibraryError):
    """A setting or an argument is wrong."""


class TaskFileError(CamundaLibraryError):
    """A task file is missing or wrong."""


class BundleError(CamundaLibraryError):
    """A bundle or its manifest is wrong."""


class NoCurrentTask(CamundaLibraryError):
    """A keyword needs a task and this run is for none."""


class TaskGone(CamundaLibraryError):
    """There is no such task (any more)."""


class LockLost(CamundaLibraryError):
    """The lock of the task is lost: another worker may be doing it."""


class OutcomeAlreadyDecided(CamundaLibraryError):
    """A second, different outcome was asked for."""


class VariableMissing(CamundaLibraryError):
    """The task has no variable (or file) of that name."""


class ValueRefused(CamundaLibraryError):
    """A value, name or file that the engine could not store."""


class ValueUnreadable(CamundaLibraryError):
    """A value of the engine that Python cannot read."""


class EnvironmentNotBuilt(CamundaLibraryError):
    """The environment that a robot needs could not be made; `details` holds the builder's last lines."""

    def __init__(self, message: str, details: str = "") -> None:
        super().__init__(message)
        self.details = details


class SecretMissing(CamundaLibraryError):
    """A secret that a robot needs is not there, or not for it."""


class ConditionNotMet(CamundaLibraryError):
    """What was waited for did not come in time."""


class NoSingleMatch(CamundaLibraryError):
    """None or several where one thing was asked for."""


class ToolMissing(CamundaLibraryError):
    """A program or package that is needed is not installed."""


class EngineError(CamundaLibraryError):
    """The engine, or the way to it, refused a call.

    `action` is what was attempted (`Completing external task 'a1b2'`), `reason` what the engine said.
    `status` is the HTTP status, `type` and `code` come from the engine's JSON body; each None where there was none.
    """

    def __init__(
        self, action: str, reason: str, *, status: int | None = None, type: str | None = None, code: int | None = None
    ) -> None:
        super().__init__(f"{action} failed: {reason.rstrip('.')}.")
        self.action = action
        self.reason = reason
        self.status = status
        self.type = type
        self.code = code


class EngineUnreachable(EngineError):
    """No connection, or no answer in time; whether the call was carried out is not known."""


class EngineUnavailable(EngineError):
    """502, 503, 504, or an engine that is shutting down or lost its database."""


class ReplyUnreadable(EngineError):
    """HTML, cut or empty where JSON was due."""


class NotAuthenticated(EngineError):
    """401: no or wrong credentials."""


class NotAuthorized(EngineError):
    """403: the user may not do this."""


class NotFound(EngineError):
    """404: there is no such thing (any more)."""


class RequestRefused(EngineError):
    """400: the engine will not do this."""


class LockedByAnother(RequestRefused):
    """The task's lock belongs to another worker, or to nobody."""


class LockExpired(RequestRefused):
    """The lock ran out before it was extended."""


class Suspended(RequestRefused):
    """The process instance is suspended."""


class EngineFailed(EngineError):
    """500: the engine could not carry the call out."""


class EngineConflict(EngineFailed):
    """Optimistic locking or deadlock: the same call may succeed at once."""


class EngineExhausted(EngineFailed):
    """The engine is out of memory."""


#: What another attempt may mend.
TEMPORARY = (EngineUnreachable, EngineUnavailable, EngineConflict, EngineExhausted)
