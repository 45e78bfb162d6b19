*** Settings ***
Documentation    Plays the person in the comic search: asks for comics, reviews what the robots bring, may give up.

Library          CamundaLibrary.Engine


*** Variables ***
${RUN}     demo
${SITE}    http://localhost:8090


*** Tasks ***
Look for robots
    [Documentation]    Five pages, one without a picture; of the four comics two are liked.
    ${search}    Ask For Comics    robots
    Review Comics    ${search}    After you    Night shift
    Comics Should End    ${search}    Accepted    Accepted    Rejected    Rejected    Skipped
    Search Should End    ${search}    ResultsAccepted

Look for unicorns and then for coffee
    [Documentation]    Nobody drew unicorns, so another word is searched.
    ${search}    Ask For Comics    unicorns
    Answer    ${search}    retry=${True}    query=coffee
    Review Comics    ${search}    Coffee break
    Comics Should End    ${search}    Accepted
    Search Should End    ${search}    ResultsAccepted

Look for dragons and give up
    [Documentation]    Nobody drew dragons either.
    ${search}    Ask For Comics    dragons
    Answer    ${search}    retry=${False}    query=dragons
    Search Should End    ${search}    SearchCancelled


*** Keywords ***
Ask For Comics
    [Documentation]    Starts a search and returns the id of its process instance.
    [Arguments]    ${query}
    Log To Console    Person: which comics are there about ${query}?
    ${search}    Start Process    comic-search    business_key=${RUN}-${query}    query=${query}    site=${SITE}
    RETURN    ${search}

Answer
    [Documentation]    Tells whether to search again when there were no results, and for what.
    [Arguments]    ${search}    ${retry}    ${query}
    ${task}    Wait For User Task    ${search}    NoResults
    Log To Console    Person: "${task.name}", ${{ 'search for ' + $query if $retry else 'cancel the search' }}
    Complete User Task    ${task.id}    retry=${retry}    query=${query}

Review Comics
    [Documentation]    Decides on each comic as soon as a robot has brought it, until all are done.
    [Arguments]    ${search}    @{liked}
    WHILE    True    limit=1 minute    on_limit_message=The comics were not all there within a minute.
        ${comics}    Find Process Instances    caller=${search}
        FOR    ${comic}    IN    @{comics}
            Review Comic If It Is There    ${comic.id}    @{liked}
        END
        IF    $comics and all(comic.end_time for comic in $comics)    BREAK
        Sleep    100 ms
    END

Review Comic If It Is There
    [Documentation]    Accepts the comic if it is one of those the person likes, else rejects it.
    [Arguments]    ${comic}    @{liked}
    ${reviews}    Find User Tasks    ${comic}
    FOR    ${review}    IN    @{reviews}
        ${seen}    Get User Task Variables    ${review.id}
        ${accepted}    Evaluate    $seen.name in $liked
        Log To Console    Person: "${review.name}", ${{ 'accepted' if $accepted else 'rejected' }}
        Complete User Task    ${review.id}    accepted=${accepted}
    END

Comics Should End
    [Documentation]    Checks the ends of all comics of a search, given in alphabetical order.
    [Arguments]    ${search}    @{ends}
    ${comics}    Find Process Instances    caller=${search}
    VAR    @{found}    @{EMPTY}
    FOR    ${comic}    IN    @{comics}
        ${ended}    Wait Until Process Ended    ${comic.id}
        VAR    @{found}    @{found}    @{ended.end_events}
    END
    Should Be Equal    ${{ sorted($found) }}    ${ends}    Ends of the comics, found and expected

Search Should End
    [Documentation]    Checks how a search ended.
    [Arguments]    ${search}    ${end}
    ${ended}    Wait Until Process Ended    ${search}
    Should Contain    ${ended.end_events}    ${end}
