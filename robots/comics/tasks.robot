*** Settings ***
Documentation    Robots of the comic search: one finds comics, one fetches a comic for its review.

Library          CamundaLibrary
Library          ComicSite.py


*** Variables ***
${SITE}    http://localhost:8090


*** Tasks ***
Search comics
    [Documentation]    Sets ``results``, the addresses of all comics that match ``query``.
    ${query}    Get Task Variable    query
    ${site}    Get Task Variable    site    default=${SITE}
    ${results}    Find Comics    ${query}    ${site}
    IF    not $results
        Throw BPMN Error    not_found    No comic matches '${query}'.
    END
    Set Task Variable    results    ${results}

Download comic
    [Documentation]    Sets the file ``comic`` and what its page says: ``imageUrl``, ``alt`` and ``title``.
    ${url}    Get Task Variable    url
    ${comic}    Read Comic    ${url}
    IF    not $comic
        Throw BPMN Error    no_image    There is no picture on ${url}.
    END
    ${picture}    Download Picture    ${comic}[imageUrl]
    Set Task Variables    ${comic}    scope=TASK
    Set Task File    comic    ${picture}    scope=TASK
