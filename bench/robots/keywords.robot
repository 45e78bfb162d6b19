*** Settings ***
Library    CamundaLibrary


*** Tasks ***
Answer Query
    ${query}    Get Task Variable    query
    Log    Hello, ${query}!
    Set Task Variable    answer    Hello, ${query}!
