"""The way to an engine by HTTP: the only package that imports requests."""

from CamundaLibrary.http.authentication import Authentication, Credentials, choose_authentication
from CamundaLibrary.http.client import HttpClient
from CamundaLibrary.http.multipart import Part
from CamundaLibrary.http.reply import Entry, Reply

__all__ = ["Authentication", "Credentials", "Entry", "HttpClient", "Part", "Reply", "choose_authentication"]
