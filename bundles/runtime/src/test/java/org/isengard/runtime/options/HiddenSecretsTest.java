package org.isengard.runtime.options;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.isengard.runtime.Json;
import org.junit.jupiter.api.Test;

class HiddenSecretsTest {
    private static String hidden(String name, String json) throws Exception {
        return new HiddenSecrets().in(name, Json.MAPPER.readTree(json)).toString();
    }

    @Test
    void passwordsOfUsersAreHidden() throws Exception {
        assertEquals("{\"alice\":\"***\"}", hidden("RegisteredUsers", "{\"alice\": \"secret\"}"));
    }

    @Test
    void aSectionHidesTheFieldsThatAreSecret() throws Exception {
        assertEquals(
                "{\"Host\":\"db\",\"Username\":\"u\",\"Password\":\"***\"}",
                hidden("PostgreSQL", "{\"Host\": \"db\", \"Username\": \"u\", \"Password\": \"p\"}"));
    }

    @Test
    void aPeerShowsItsAddressAndUser() throws Exception {
        assertEquals(
                "{\"a\":[\"http://host/\",\"u\",\"***\"],\"b\":{\"Url\":\"http://host/\",\"Password\":\"***\"}}",
                hidden("OrthancPeers", """
                        {"a": ["http://host/", "u", "p"], "b": {"Url": "http://host/", "Password": "p"}}"""));
    }

    @Test
    void anAddressLosesItsLogin() throws Exception {
        assertEquals("{\"Url\":\"http://***@host/\"}", hidden("MyPlugin", "{\"Url\": \"http://u:p@host/\"}"));
    }

    @Test
    void aFieldThatTheCatalogueLacksIsJudgedByItsName() throws Exception {
        assertEquals(
                "{\"ApiKey\":\"***\",\"Inner\":{\"AuthToken\":\"***\",\"Color\":\"red\"}}",
                hidden("MyPlugin", "{\"ApiKey\": \"k\", \"Inner\": {\"AuthToken\": \"t\", \"Color\": \"red\"}}"));
    }

    @Test
    void anEmptySecretSaysThatNoneIsSet() throws Exception {
        assertEquals("{\"Password\":\"\"}", hidden("PostgreSQL", "{\"Password\": \"\"}"));
    }
}
