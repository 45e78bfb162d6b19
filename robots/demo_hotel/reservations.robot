*** Settings ***
Documentation     Plays the guests of the hotel, and what may happen to their reservations.

Library           CamundaLibrary.Engine
Library           HotelStage.py    ${BUNDLE}    ${OUTPUT}    ${RUN}

Suite Setup       Open
Suite Teardown    Close Hotel


*** Variables ***
${BUNDLE}         ${CURDIR}/../hotel
${OUTPUT}         ${OUTPUT_DIR}
${RUN}            demo
${PROCESS}        HotelReservationProcess
${FIRST_TOPIC}    validate-input
${CROWD}          ${200}


*** Tasks ***
A guest who was never here
    [Documentation]    A process of its own makes her a client; each step adds its variables.
    ${ann}    Reserve    Ann
    Reservation Should End    ${ann}    EndEvent_Booked
    Tell Steps    ${ann}
    Should Be Booked    Ann    ${1}

A guest who is known
    [Documentation]    The same address again: no client is created.
    ${ann}    Reserve    Ann again    check_in=2027-06-04    check_out=2027-06-06
    Reservation Should End    ${ann}    EndEvent_Booked
    ${called}    Find Process Instances    caller=${ann}
    Should Be Empty    ${called}

Reservations that are wrong
    [Documentation]    A BPMN error, an exception that the manifest makes TASK_ERROR, and a gateway.
    ${lacking}    Reserve    Ben    phone=${EMPTY}
    Reservation Should End    ${lacking}    EndEvent_InvalidInput
    ${broken}    Reserve    Cem    check_in=soon
    Reservation Should End    ${broken}    EndEvent_InvalidInput
    ${never}    Reserve    Dora    check_in=2027-06-06    check_out=2027-06-04
    Reservation Should End    ${never}    EndEvent_Declined

What the hotel cannot give
    [Documentation]    A client who is refused, no room, and no table.
    ${refused}    Reserve    Eve    email=eve@example.com    phone=12
    Reservation Should End    ${refused}    EndEvent_ClientRefused
    ${many}    Reserve    Fay's nine    guests=${9}    room_type=suite
    Reservation Should End    ${many}    EndEvent_NoRoom
    ${party}    Reserve    Gus's seven    guests=${7}    room_type=suite
    Reservation Should End    ${party}    EndEvent_BookedWithoutTable

A booking that is refused
    [Documentation]    Its room is released again.
    ${before}    List Blocked Rooms
    ${long}    Reserve    Hal's summer    check_in=2027-07-01    check_out=2027-08-20
    Reservation Should End    ${long}    EndEvent_BookingRefused
    Tell Steps    ${long}
    ${after}    List Blocked Rooms
    Should Be Equal    ${after}    ${before}

The booking service is away
    [Documentation]    Tried three times with pauses, then an incident. The service comes back, its task is tried again.
    Stop Service    booking
    Say    The booking service is stopped.
    ${ida}    Reserve    Ida    check_in=2027-09-01    check_out=2027-09-03
    ${incident}    Wait For Incident    ${ida}
    Say    Incident at ${incident.activity}: ${{ $incident.message[:60] }}...
    Start Service    booking
    Say    The booking service is back, the incident's task is tried again.
    Retry Incident    ${incident.id}
    Reservation Should End    ${ida}    EndEvent_Booked
    Should Be Booked    Ida    ${1}

A worker is killed while it books
    [Documentation]    The booking was made, and nobody told the engine. Another worker is told the same booking.
    Let Service Answer Late    booking    60
    ${jon}    Reserve    Jon    check_in=2027-10-01    check_out=2027-10-03
    Wait Until Keyword Succeeds    30s    100ms    Should Be Booked    Jon    ${1}
    Kill Worker    robots
    Say    The worker is killed: the booking was made, the engine does not know.
    Let Service Answer At Once    booking
    Start Worker    more-robots
    Say    Another worker is there; it gets the task when its lock has ended.
    Reservation Should End    ${jon}    EndEvent_Booked
    Should Be Booked    Jon    ${1}

A reservation is suspended
    [Documentation]    While it is, nobody gets its tasks.
    ${kim}    Start Suspended    Kim
    ${lea}    Reserve    Lea    check_in=2027-12-01    check_out=2027-12-03
    Reservation Should End    ${lea}    EndEvent_Booked
    ${path}    Get Process Activities    ${kim}
    Should Be Equal    ${path}[-1][id]    Task_ValidateInput
    Say    Kim's still waits at "${path}[-1][name]". It is activated.
    Activate Process    ${kim}
    Reservation Should End    ${kim}    EndEvent_Booked

Three workers and many reservations
    [Documentation]    They share the work, and book everything once.
    Stop Workers
    ${reservations}    Reserve Many    ${CROWD}
    Tell What Waits    ${reservations}[0]
    FOR    ${name}    IN    one    two    three
        Start Worker    ${name}    functions=${True}
    END
    Say    Three workers with Python functions are there.
    FOR    ${instance}    IN    @{reservations}
        Wait Until Process Ended    ${instance}    timeout=5 minutes
    END
    All Should Be Booked Once


*** Keywords ***
Open
    [Documentation]    Starts services and the first worker.
    Open Hotel
    Start Worker    robots
    Say    A worker with the hotel's robots is there.

Say
    [Documentation]    Tells the audience.
    [Arguments]    ${sentence}
    Log To Console    ${sentence}

Reservation Should End
    [Documentation]    Waits for the end and checks which it is.
    [Arguments]    ${instance}    ${end}
    ${ended}    Wait Until Process Ended    ${instance}    timeout=1 minute
    ${path}    Get Process Activities    ${instance}
    ${variables}    Get Process Variables    ${instance}
    VAR    ${reason}    ${EMPTY}
    IF    'errorMessage' in $variables
        VAR    ${reason}    \ (${variables.errorCode}: ${variables.errorMessage})
    END
    Say    ${{ $ended.business_key[len($RUN) + 1:] }}: ${path}[-1][name]${reason}
    Should Be Equal    ${ended.end_events}    ${{ [$end] }}

Should Be Booked
    [Documentation]    Checks how often the booking service was told to book this.
    [Arguments]    ${guest}    ${times}
    ${count}    Count Bookings    ${guest}
    Should Be Equal    ${count}    ${times}    Bookings of ${guest}, made and expected

Start Suspended
    [Documentation]    Asks for a reservation at a moment when nobody works, and suspends it.
    [Arguments]    ${guest}
    Stop Workers
    ${instance}    Reserve    ${guest}    check_in=2027-11-01    check_out=2027-11-03
    Suspend Process    ${instance}
    Say    ${guest}'s reservation is suspended.
    Start Worker    new-robots
    RETURN    ${instance}

Wait For Incident
    [Documentation]    Returns the incident of a reservation once there is one.
    [Arguments]    ${instance}
    ${incidents}    Wait Until Keyword Succeeds    1 minute    200ms    Find One Incident    ${instance}
    RETURN    ${incidents}[0]

Find One Incident
    [Documentation]    Fails as long as there is none.
    [Arguments]    ${instance}
    ${incidents}    Find Incidents    ${instance}
    Length Should Be    ${incidents}    1
    RETURN    ${incidents}

Tell What Waits
    [Documentation]    Asks the three questions of the hotel's monitoring.
    [Arguments]    ${instance}
    ${running}    Find Running Processes    ${PROCESS}    business_key_like=${RUN}-%
    ${waiting}    Find External Tasks    ${FIRST_TOPIC}    locked=False
    ${variables}    Get Process Variables    ${instance}
    Say    ${{ len($running) }} reservations run, ${{ len($waiting) }} tasks of '${FIRST_TOPIC}' wait for a worker.
    Say    The first is that of ${variables.email}, from ${variables.check_in} to ${variables.check_out}.

All Should Be Booked Once
    [Documentation]    Checks what the booking service says of the crowd.
    ${counts}    Count Bookings Of Crowd
    Should Be Equal    ${counts}    ${{ [1] * int($CROWD) }}
    Say    All ${CROWD} are booked, each once.
