*** Settings ***
Documentation    Messages and signals by the library CamundaLibrary.Engine.

Library          Collections
Library          CamundaLibrary.Engine    base_url=${URL}


*** Variables ***
${URL}    http://localhost:8080/engine-rest
${KEY}    events


*** Tasks ***
A Message Goes To The One Who Waits For It
    ${instance}    Start Process    ${KEY}    business_key=${KEY}-1    color=red
    ${waiting}    Wait For Event Subscription    ${instance}    ${KEY} paid
    Should Be Equal    ${waiting.activity}    paid
    ${result}    Correlate Message    ${KEY} paid    business_key=${KEY}-1    with_variables=True    amount=${10}
    Should Be Equal    ${result.instance}    ${instance}
    Should Be Equal    ${result.execution}    ${waiting.execution}
    Should Not Be True    ${result.started}
    Should Be Equal    ${result.variables}    ${{ {'color': 'red', 'amount': 10} }}
    [Teardown]    Delete Process    ${instance}

Correlation Keys Choose The Receiver
    ${red}    Start Process    ${KEY}    color=red
    ${blue}    Start Process    ${KEY}    color=blue
    VAR    &{keys}    color=blue
    ${result}    Correlate Message    ${KEY} paid    correlation_keys=${keys}
    Should Be Equal    ${result.instance}    ${blue}
    ${result}    Correlate Message    ${KEY} paid    instance=${red}    self=me
    Should Be Equal    ${result.instance}    ${red}
    [Teardown]    Delete All

A Message Starts A Process
    VAR    &{more}    tenant=of the flat
    ${result}    Correlate Message    ${KEY} ordered
    ...    business_key=${KEY}-2    process_variables=${more}    count=${3}
    Should Be True    ${result.started}
    Should Be Equal    ${result.business_key}    ${KEY}-2
    ${task}    Wait For User Task    ${result.instance}    review
    ${variables}    Get User Task Variables    ${task.id}
    Should Be Equal    ${variables}    ${{ {'tenant': 'of the flat', 'count': 3} }}

A Receive Task Gets A Message
    ${instance}    Start Process    ${KEY}    before_activity_id=reply
    VAR    &{local}    place=here
    ${result}    Correlate Message    ${KEY} replied    instance=${instance}    local_variables=${local}
    Should Be Equal    ${result.instance}    ${instance}
    ${found}    Find Historic Variables    ${instance}    name=place
    Should Be Equal    ${found[0].activity}    reply

Tenants Get Messages Of Their Own
    VAR    ${sentence}
    ...    Correlating message '${KEY} leased' failed: several wait for it. There wait:
    ...    start event 'renting' of tenant 'north', start event 'renting' of tenant 'south'.
    ...    Say which by business_key, instance, correlation_keys or tenant, or use 'Correlate Message To All'.
    Run Keyword And Expect Error    EQUALS:${sentence}    Correlate Message    ${KEY} leased
    ${result}    Correlate Message    ${KEY} leased    tenant=north
    Should Be Equal    ${result.tenant}    north
    VAR    ${sentence}    Correlating message '${KEY} leased' failed: nobody waits for that message.*
    Run Keyword And Expect Error    ${sentence}    Correlate Message    ${KEY} leased    tenant=west
    VAR    ${sentence}    Correlating message '${KEY} leased' failed: nobody who waits for it matches. There wait: *
    Run Keyword And Expect Error    ${sentence}    Correlate Message    ${KEY} leased    without_tenant=True

All Get It
    ${first}    Start Process    ${KEY}
    ${second}    Start Process    ${KEY}
    ${receivers}    Correlate Message To All    ${KEY} paid    amount=${10}
    ${instances}    Evaluate    {each.instance for each in $receivers} == {$first, $second}
    Should Be True    ${instances}
    ${receivers}    Correlate Message To All    ${KEY} paid
    Should Be Empty    ${receivers}
    [Teardown]    Delete All

That Several Wait Is Said With Their Names
    ${first}    Start Process    ${KEY}    business_key=A
    ${second}    Start Process    ${KEY}    business_key=B
    VAR    ${sentence}
    ...    Correlating message '${KEY} paid' failed: several wait for it. There wait:
    ...    process instance '${first}' with business key 'A' at 'paid',
    ...    process instance '${second}' with business key 'B' at 'paid'.
    ...    Say which by business_key, instance, correlation_keys or tenant, or use 'Correlate Message To All'.
    Run Keyword And Expect Error    EQUALS:${sentence}    Correlate Message    ${KEY} paid
    VAR    ${sentence}
    ...    Correlating message '${KEY} paid' failed: nobody who waits for it matches. There wait:
    ...    process instance '${first}' with business key 'A' at 'paid',
    ...    process instance '${second}' with business key 'B' at 'paid'.
    Run Keyword And Expect Error    EQUALS:${sentence}    Correlate Message    ${KEY} paid    business_key=C
    [Teardown]    Delete All

That Nobody Waits Is Said With What Is Waited For
    VAR    ${sentence}
    ...    Correlating message '${KEY} orderd' failed: nobody waits for that message.
    ...    Did you mean '${KEY} ordered'
    Run Keyword And Expect Error    STARTS:${sentence}    Correlate Message    ${KEY} orderd

Waiting For A Subscription In Vain Says Where The Process Stands
    ${instance}    Start Process    ${KEY}
    VAR    ${sentence}
    ...    An event subscription 'other' of process instance '${instance}' did not come within 1 seconds.
    ...    It is at 'paid' (*).
    Run Keyword And Expect Error    ${sentence}
    ...    Wait For Event Subscription    ${instance}    other    timeout=1s
    [Teardown]    Delete All

A Receive Task Without Message Is Triggered
    ${instance}    Start Process    ${KEY}
    Run Keyword And Expect Error
    ...    EQUALS:There is no execution of process instance '${instance}' at activity 'answer'. There is 'paid'.
    ...    Trigger Activity    ${instance}    answer
    Correlate Message    ${KEY} paid    instance=${instance}
    Trigger Activity    ${instance}    answer    answer=yes
    ${variables}    Get Process Variables    ${instance}
    Should Be Equal    ${variables.answer}    yes
    [Teardown]    Delete All

A Signal Goes To One Or To All
    ${first}    Start Process    ${KEY}    before_activity_id=opened
    ${second}    Start Process    ${KEY}    before_activity_id=opened
    ${third}    Start Process    ${KEY}    before_activity_id=opened
    ${waiting}    Find Event Subscriptions    ${KEY} opened    type=SIGNAL
    Length Should Be    ${waiting}    3
    Send Signal    ${KEY} opened    instance=${first}    loud=${True}
    ${end}    Wait Until Process Ended    ${first}
    Should Be Equal    ${end.end_events}    ${{['end']}}
    VAR    ${sentence}
    ...    There is no execution of process instance '${second}' that waits for signal '${KEY} opend'.
    ...    Did you mean '${KEY} opened'?
    Run Keyword And Expect Error    EQUALS:${sentence}    Send Signal    ${KEY} opend    instance=${second}
    Send Signal    ${KEY} opened
    Wait Until Process Ended    ${second}
    Wait Until Process Ended    ${third}
    Send Signal    ${KEY} opened


*** Keywords ***
Delete All
    ${instances}    Find Running Processes    ${KEY}
    FOR    ${instance}    IN    @{instances}
        Delete Process    ${instance.id}
    END
