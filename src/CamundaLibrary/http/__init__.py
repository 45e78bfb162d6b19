"""The way to an engine by HTTP: the only package that imports requests."""

from CamundaLibrary.http.authentication import Authentication, Credentials, choose_authentication
from CamundaLibrary.http.certificates import Certificates
from CamundaLibrary.http.client import HttpClient
from CamundaLibrary.http.multipart import Part
from CamundaLibrary.http.reply import Entry, Reply

__all__ = [
    "Authentication",
    "Certificates",
    "Credentials",
    "Entry",
    "HttpClient",
    "Part",
    "Reply",
    "choose_authentication",
]
