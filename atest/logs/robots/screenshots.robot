*** Settings ***
Library             SeleniumLibrary
Suite Teardown      Close All Browsers


*** Tasks ***
Capture
    Open Browser    file://${CURDIR}/page.html    headlesschrome
    ...    options=${OPTIONS}    service=executable_path=r'${CHROMEDRIVER}'
    Capture Page Screenshot
    Capture Element Screenshot    id:shape    shots/the shape.png
    Capture Page Screenshot    EMBED
    Run Keyword And Expect Error    *    Click Element    id:missing
    Click Element    id:missing
