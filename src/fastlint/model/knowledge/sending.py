"""Library calls that change something outside: requests, tasks for queues, mails, objects in stores."""

from __future__ import annotations

_REQUESTS = frozenset({"post", "put", "patch", "delete"})
_MAILS = frozenset({"sendmail", "send_message"})
_STORED = frozenset(
    {
        *("put_object", "delete_object", "delete_objects", "copy_object", "upload_file", "upload_fileobj", "put_item"),
        *("delete_item", "update_item", "send_message", "send_email", "publish", "invoke"),
    }
)
# By the class or module that the last part of a call's name belongs to.
_SENDING: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        (
            *("httpx", "httpx2", "requests", "requests.api", "requests.Session", "aiohttp.ClientSession"),
            *(f"{home}.{name}" for home in ("httpx", "httpx2") for name in ("AsyncClient", "Client")),
        ),
        _REQUESTS,
    ),
    **dict.fromkeys(("fastapi.BackgroundTasks", "starlette.background.BackgroundTasks"), frozenset({"add_task"})),
    "celery.Task": frozenset({"delay", "apply_async"}),
    "celery.Celery": frozenset({"send_task"}),
    "dramatiq.Actor": frozenset({"send", "send_with_options"}),
    "arq.ArqRedis": frozenset({"enqueue_job"}),
    "rq.Queue": frozenset({"enqueue", "enqueue_call"}),
    "aiosmtplib": frozenset({"send"}),
    **dict.fromkeys(("fastapi_mail.FastMail", "smtplib.SMTP", "smtplib.SMTP_SSL", "aiosmtplib.SMTP"), _MAILS),
    "botocore.client.BaseClient": _STORED,
}


def sends(owner: str, method: str) -> bool:
    """Whether calling a method, or a module's function, changes something outside of the process."""
    return method in _SENDING.get(owner, ())
