*** Tasks ***
Show Pictures
    FOR    ${number}    IN RANGE    10
        Log    <img src="picture-${number}.png">    html=True
    END
