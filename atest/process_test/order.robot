*** Settings ***
Documentation       A process model, tested.

Library             CamundaLibrary.Engine    base_url=${URL}
Library             CamundaLibrary.ProcessTest    base_url=${URL}    deadline=10 seconds

Suite Setup         Deploy    ${KEY}    ${MODEL}
Suite Teardown      Log Process Coverage


*** Variables ***
${URL}      http://localhost:8080/engine-rest
${KEY}      order
${MODEL}    ${CURDIR}/order.bpmn


*** Test Cases ***
A Valid Order Is Reviewed, Paid And Booked
    ${order}    Start Process    ${KEY}    amount=${12.5}
    Process Should Be Waiting At    ${order}    Check order
    Process Should Be Active    ${order}
    Incident Should Not Exist    ${order}
    Do External Task    ${order}    Check order    valid=${True}    instance=free
    Do User Task    ${order}    Review order    notes=${{['a', {'b': 1}]}}
    Process Should Not Be Waiting At    ${order}    Review order
    Trigger Timer    ${order}    Two days later
    Trigger Message    ${order}    ${KEY}-paid    paid=${12.5}
    ${client}    Process Should Have Called    ${order}    Create client
    Process Should Have Ended    ${client}
    Trigger Job    ${order}    Book
    Process Should Have Ended    ${order}    at=Order accepted
    Process Should Have Passed    ${order}    Valid?    Check order    days
    Process Should Have Passed In Order    ${order}    Check order    Valid?    Review order    Order accepted
    Process Should Not Have Passed    ${order}    Sold out    rejected
    Process Variable Should Be    ${order}    amount    ${12.5}
    Process Variable Should Be    ${order}    instance    free
    ${notes}    Process Variable Should Exist    ${order}    notes
    Process Variable Should Be    ${order}    notes    ${notes}
    Process Variable Should Not Exist    ${order}    name

A Sold Out Order Is Rejected
    ${order}    Start Process    ${KEY}
    Throw BPMN Error At    ${order}    Check order    sold_out    No more of it.
    Process Should Have Ended    ${order}    at=Order rejected
    Process Should Have Passed    ${order}    Sold out
    Process Should Not Have Passed    ${order}    Check order

A Failure Is An Incident
    ${order}    Start Process    ${KEY}
    Fail External Task    ${order}    Check order    The shop is down.
    ${incident}    Incident Should Exist    ${order}    Check order    message=shop is down
    Should Be Equal    ${incident.activity}    check
    Process Coverage Should Be At Least    90    ${KEY}
