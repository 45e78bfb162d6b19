*** Settings ***
Documentation    Decisions by the library CamundaLibrary.Engine.

Library          OperatingSystem
Library          CamundaLibrary.Engine    base_url=${URL}


*** Variables ***
${URL}    http://localhost:8080/engine-rest
${KEY}    discount


*** Tasks ***
A Decision Gives A Table
    ${rows}    Evaluate Decision    ${KEY}    amount=${500}
    Should Be Equal    ${rows}    ${{ [{'discount': 15, 'note': 'large'}] }}
    Should Be Equal    ${rows[0].note}    large
    ${rows}    Evaluate Decision    ${KEY}    amount=${5}
    Should Be Empty    ${rows}

An Older Version Is Asked By Number Or Tag
    VAR    &{inputs}    amount=${5000}
    ${rows}    Evaluate Decision    ${KEY}    ${inputs}    version=1
    Should Be Equal    ${rows}    ${{ [{'discount': 10, 'note': 'big'}, {'discount': 20, 'note': 'huge'}] }}
    ${notes}    Evaluate Decision    ${KEY}    ${inputs}    version_tag=1.0    result=COLUMN    output=note
    Should Be Equal    ${notes}    ${{ ['big', 'huge'] }}

A Row Or A Value
    ${row}    Evaluate Decision    ${KEY}    result=ROW    amount=${500}
    Should Be Equal    ${row.discount}    ${15}
    ${discount}    Evaluate Decision    ${KEY}    result=value    output=discount    amount=${500}
    Should Be Equal    ${discount}    ${15}

No Row Or Several Where One Was Asked For
    Run Keyword And Expect Error
    ...    EQUALS:Decision '${KEY}' gave no row where one was asked for: no rule matched amount=5.
    ...    Evaluate Decision    ${KEY}    result=ROW    amount=${5}
    VAR    ${sentence}
    ...    Decision '${KEY}' gave 2 rows where one was asked for (amount=5000):
    ...    {'discount': 10, 'note': 'big'}; {'discount': 20, 'note': 'huge'}.
    Run Keyword And Expect Error    EQUALS:${sentence}
    ...    Evaluate Decision    ${KEY}    result=VALUE    output=note    version=1    amount=${5000}
    Run Keyword And Expect Error
    ...    EQUALS:Decision '${KEY}' has several outputs: say output= with one of 'discount', 'note'.
    ...    Evaluate Decision    ${KEY}    result=VALUE    amount=${500}
    Run Keyword And Expect Error
    ...    EQUALS:Decision '${KEY}' gave no output 'discont'. Did you mean 'discount'?
    ...    Evaluate Decision    ${KEY}    result=COLUMN    output=discont    amount=${500}

A Decision Of A Tenant
    ${discount}    Evaluate Decision    ${KEY}-north    result=VALUE    output=discount    tenant=north    amount=${5}
    Should Be Equal    ${discount}    ${99}
    ${discount}    Evaluate Decision    ${KEY}-north    result=VALUE    output=discount    amount=${5}
    Should Be Equal    ${discount}    ${99}

What Does Not Exist Is Said With What Does
    Run Keyword And Expect Error
    ...    There is no decision '${KEY}s'. Did you mean *'${KEY}'*?
    ...    Evaluate Decision    ${KEY}s
    VAR    ${sentence}
    ...    There is no decision '${KEY}' of version '3'.
    ...    There are '${KEY} version 1 (1.0)', '${KEY} version 2 (2.0)'.
    Run Keyword And Expect Error    EQUALS:${sentence}    Evaluate Decision    ${KEY}    version=3

Versions And Their Models
    ${versions}    Find Decision Definitions    ${KEY}
    Length Should Be    ${versions}    2
    Should Be Equal    ${versions[1].version_tag}    2.0
    ${latest}    Find Decision Definitions    ${KEY}    latest=True
    Should Be Equal    ${latest}    ${versions[1:]}
    ${dmn}    Get Decision Model    ${KEY}    version=1    path=${OUTPUT DIR}/models/discount.dmn
    Should Contain    ${dmn}    huge
    ${content}    Get File    ${OUTPUT DIR}/models/discount.dmn
    Should Be Equal    ${content}    ${dmn}
