*** Tasks ***
Say Hello A Thousand Times
    FOR    ${_}    IN RANGE    100
        Say Hello Ten Times
    END


*** Keywords ***
Say Hello Ten Times
    FOR    ${number}    IN RANGE    10
        Log    Hello, ${number}!
    END
