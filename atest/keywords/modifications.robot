*** Settings ***
Documentation    Processes at other activities, once more, and in other versions.

Library          CamundaLibrary.Engine    base_url=${URL}

Suite Setup      Deploy Two Versions


*** Variables ***
${URL}       http://localhost:8080/engine-rest
${KEY}       modifications
${MODELS}    ${EMPTY}


*** Tasks ***
A Process Goes On Elsewhere
    ${instance}    Start Process    ${KEY}-review
    Modify Process    ${instance}    before=Book it    cancel=check    annotation=by hand    hits=${3}
    ${tree}    Get Activity Tree    ${instance}
    Should Be Equal    ${{[each.activity for each in $tree.children]}}    ${{['book']}}
    ${hits}    Get Process Variable    ${instance}    hits
    Should Be Equal    ${hits}    ${3}

Several Activities Start
    ${instance}    Start Process    ${KEY}-review
    Modify Process    ${instance}    before=${{['check', 'book']}}    after=check
    ${tree}    Get Activity Tree    ${instance}
    Should Be Equal    ${{sorted(each.activity for each in $tree.children)}}    ${{['book', 'book', 'check', 'check']}}
    Modify Process    ${instance}    cancel=check    seen=${True}
    ${tree}    Get Activity Tree    ${instance}
    Should Be Equal    ${{[each.activity for each in $tree.children]}}    ${{['book', 'book']}}
    ${seen}    Get Process Variable    ${instance}    seen
    Should Be True    ${seen}

A Process Of Which Nothing Is Left Ends
    ${instance}    Start Process    ${KEY}-review
    Modify Process    ${instance}    cancel=check
    Wait Until Process Ended    ${instance}    timeout=1s

What Cannot Be Modified Is Said
    ${instance}    Start Process    ${KEY}-review
    Run Keyword And Expect Error
    ...    Modifying process instance '${instance}' failed: give before, after or cancel.
    ...    Modify Process    ${instance}    query=x
    Run Keyword And Expect Error
    ...    There is no activity 'book' in what process instance '${instance}' stands at. There are 'Check it', 'check'.
    ...    Modify Process    ${instance}    cancel=book
    Run Keyword And Expect Error
    ...    There is no activity 'boook' in process '${KEY}-review'. Did you mean 'book'?
    ...    Modify Process    ${instance}    before=boook
    Run Keyword And Expect Error
    ...    There is no running process instance 'nothing'.
    ...    Modify Process    nothing    cancel=x

An Ended Process Starts Anew
    ${instance}    Start Process    ${KEY}-review    business_key=${KEY}-7    query=robots
    Set Process Variable    ${instance}    query    dragons
    Run Keyword And Expect Error
    ...    There is no ended process instance '${instance}'. It is still running.
    ...    Restart Process    ${instance}
    Delete Process    ${instance}
    ${again}    Restart Process    ${instance}
    Wait Until Process Is At    ${again}    check
    ${query}    Get Process Variable    ${again}    query
    Should Be Equal    ${query}    dragons
    ${later}    Restart Process    ${instance}    before=Book it    initial_variables=True
    Wait Until Process Is At    ${later}    book
    ${query}    Get Process Variable    ${later}    query
    Should Be Equal    ${query}    robots
    ${found}    Find Running Processes    business_key=${KEY}-7
    Should Be Equal    ${{{each.id for each in $found}}}    ${{{$again, $later}}}

A Process Goes On In The Newest Version
    ${instance}    Start Process    ${KEY}-review    version=1    before_activity_id=book
    Migrate Process    ${instance}
    Should Run In Version    ${instance}    2
    Wait Until Process Is At    ${instance}    book

Activities Take Each Other's Place
    ${instance}    Start Process    ${KEY}-review    version=1
    Migrate Process    ${instance}    version_tag=2.0    activities=${{{'Review it': 'Check it', 'late': 'late'}}}
    Should Run In Version    ${instance}    2
    ${timers}    Find Jobs    ${instance}    timers=True
    Length Should Be    ${timers}    1
    Migrate Process    ${instance}    version=1    activities=${{{'check': 'review', 'late': 'late'}}}
    Should Run In Version    ${instance}    1

A Migration That Cannot Be Is Refused And Changes Nothing
    ${instance}    Start Process    ${KEY}-review    version=1
    Run Keyword And Expect Error
    ...    * failed: Cannot migrate *: There is no migration instruction for this instance's activity.
    ...    Migrate Process    ${instance}
    Run Keyword And Expect Error
    ...    Migrating '${KEY}-review' from version 1 to 2 failed: 'review' to 'end': Activities have inc*
    ...    Migrate Process    ${instance}    activities=${{{'review': 'Booked'}}}
    Run Keyword And Expect Error
    ...    There is no activity 'chek' in process '${KEY}-review'. Did you mean 'check'?
    ...    Migrate Process    ${instance}    activities=${{{'review': 'chek'}}}
    Should Run In Version    ${instance}    1
    Wait Until Process Is At    ${instance}    review    timeout=0s


*** Keywords ***
Deploy Two Versions
    Deploy    ${KEY}    ${MODELS}/review-1.bpmn
    Deploy    ${KEY}    ${MODELS}/review-2.bpmn

Should Run In Version
    [Arguments]    ${instance}    ${version}
    ${found}    Find Running Processes    ${KEY}-review    version=${version}
    Should Contain    ${{[each.id for each in $found]}}    ${instance}
