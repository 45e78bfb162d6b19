*** Settings ***
Documentation    Robots of the hotel: each asks one service, and none knows where it runs.

Library          CamundaLibrary
Library          HotelServices.py


*** Tasks ***
Search client
    [Documentation]    Sets ``client_id``, None for a guest who was never here.
    ${email}    Get Task Variable    email
    ${client_id}    Find Client    ${email}
    Set Task Variable    client_id    ${client_id}

Create client
    [Documentation]    Sets ``client_id``.
    ${task}    Get Task
    ${guest}    Get Task Variables
    ${client}    Create Client    ${task.idempotency_key}
    ...    ${guest.first_name}    ${guest.last_name}    ${guest.email}    ${guest.phone}
    IF    $client['refusal']
        Throw BPMN Error    CLIENT_REFUSED    ${client}[refusal]
    END
    Set Task Variable    client_id    ${client}[client_id]

Block room
    [Documentation]    Sets ``room_id``, ``block_id`` and ``room_blocked``.
    ${task}    Get Task
    ${stay}    Get Task Variables
    ${block}    Block Room    ${task.idempotency_key}
    ...    ${stay.selected_room_id}    ${stay.check_in}    ${stay.check_out}
    IF    $block['refusal']
        Throw BPMN Error    ROOM_TAKEN    ${block}[refusal]
    END
    Set Task Variable    room_id    ${stay.selected_room_id}
    Set Task Variable    block_id    ${block}[block_id]
    Set Task Variable    room_blocked    ${True}

Release room
    [Documentation]    Undoes ``Block room``. Sets ``room_blocked``.
    ${task}    Get Task
    ${block_id}    Get Task Variable    block_id
    Release Room    ${task.idempotency_key}    ${block_id}
    Set Task Variable    room_blocked    ${False}

Create booking
    [Documentation]    Sets ``booking_id`` and ``status``.
    ${task}    Get Task
    ${stay}    Get Task Variables
    ${booking}    Create Booking    ${task.idempotency_key}    ${task.business_key}    ${stay.client_id}
    ...    ${stay.room_id}    ${stay.check_in}    ${stay.check_out}    ${stay.guests}
    IF    $booking['refusal']
        Throw BPMN Error    BOOKING_REFUSED    ${booking}[refusal]
    END
    Set Task Variable    booking_id    ${booking}[booking_id]
    Set Task Variable    status    ${booking}[status]

Reserve table
    [Documentation]    Sets ``table_id``, for the evening of arrival.
    ${task}    Get Task
    ${stay}    Get Task Variables
    ${table}    Reserve Table    ${task.idempotency_key}
    ...    ${stay.booking_id}    ${stay.check_in}    ${stay.guests}
    IF    $table['refusal']    Throw BPMN Error    NO_TABLE    ${table}[refusal]
    Set Task Variable    table_id    ${table}[table_id]
