*** Settings ***
Library     CamundaLibrary.Engine


*** Variables ***
${PROCESS}      HotelReservationProcess
${TOPIC}        validate-input
${HELD}         process instance
${COUNT}        ${3}


*** Tasks ***
Which reservations run
    ${running}    Find Running Processes    ${PROCESS}
    Length Should Be    ${running}    ${COUNT}

Which tasks of a topic nobody holds
    ${all}    Find External Tasks    ${TOPIC}
    ${free}    Find External Tasks    ${TOPIC}    locked=False
    ${taken}    Find External Tasks    ${TOPIC}    locked=True
    Length Should Be    ${all}    ${COUNT}
    Length Should Be    ${free}    ${{ $COUNT - 1 }}
    Should Be Equal    ${{ [each.instance for each in $taken] }}    ${{ [$HELD] }}
    Should Be Equal    ${{ {each.worker for each in $free} }}    ${{ {None} }}

What is known of a reservation
    ${variables}    Get Process Variables    ${HELD}
    Should Be Equal    ${variables.email}    ann@example.com
    Should Be Equal    ${variables.guests}    ${2}
