"""Bundles: folders and zips with robots and their manifest."""

from CamundaLibrary.bundles.bundle import Bundle, Topic, open_bundle, topics_of

__all__ = ["Bundle", "Topic", "open_bundle", "topics_of"]
