package org.isengard.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.isengard.api.IsengardException;
import org.isengard.index.sql.Database;
import org.isengard.index.sql.PostgresOptions;
import org.junit.jupiter.api.Test;

class PostgresOptionsTest {
    private static PostgresOptions read(String fields) {
        return PostgresOptions.read("{\"EnableIndex\": true" + (fields.isEmpty() ? "" : ", " + fields) + "}")
                .orElseThrow();
    }

    @Test
    void withoutEnableIndexTheEmbeddedIndexIsUsed() {
        assertTrue(PostgresOptions.read("{}").isEmpty());
        assertTrue(PostgresOptions.read("").isEmpty());
        assertTrue(PostgresOptions.read("{\"EnableIndex\": false, \"Host\": \"db\"}")
                .isEmpty());
    }

    @Test
    void fieldsMakeTheAddress() {
        PostgresOptions options = read("\"Host\": \"db\", \"Port\": 5433, \"Database\": \"my index\","
                + " \"Username\": \"u\", \"Password\": \"p&=?\", \"EnableSsl\": true, \"IndexConnectionsCount\": 7,"
                + " \"Lock\": false, \"MaximumConnectionRetries\": 3, \"ConnectionRetryInterval\": 2");
        assertTrue(options.url().startsWith("jdbc:postgresql://db:5433/my%20index?"), options.url());
        assertTrue(options.url().contains("sslmode=require"), options.url());
        assertFalse(options.url().contains("p&="), "the password is not part of an address that is logged");
        assertEquals("p&=?", options.password());
        assertEquals(7, options.connections());
        assertFalse(options.exclusive());
        assertEquals(new Database.Patience(3, 2), options.patience());
    }

    @Test
    void aUriOfTheClientLibraryIsUnderstood() {
        PostgresOptions options = read("\"ConnectionUri\":"
                + " \"postgresql://user%40site:p%3Aw+d@one:5433,two:5434/pacs?sslmode=verify-full&connect_timeout=3\"");
        assertTrue(options.url().startsWith("jdbc:postgresql://one:5433,two:5434/pacs?"), options.url());
        assertTrue(options.url().contains("sslmode=verify-full"), options.url());
        assertTrue(options.url().contains("connectTimeout=3"), options.url());
        assertEquals("user@site", options.username());
        assertEquals("p:w+d", options.password());
        assertEquals("one:5433,two:5434/pacs", options.place());
        assertEquals(
                "localhost/u", read("\"ConnectionUri\": \"postgresql://u@\"").place());
    }

    @Test
    void whatIsWrongIsNamed() {
        assertWrong("Port", "\"Port\": 70000");
        assertWrong("Port", "\"Port\": \"x\"");
        assertWrong("EnableSsl", "\"EnableSsl\": 1");
        assertWrong("EnableStorage", "\"EnableStorage\": true");
        assertWrong("postgresql://", "\"ConnectionUri\": \"mysql://u@h/d\"");
        assertWrong("gssencmode", "\"ConnectionUri\": \"postgresql://u@h/d?gssencmode=x\"");
        assertWrong("percent", "\"ConnectionUri\": \"postgresql://u%zz@h/d\"");
        assertThrows(IsengardException.class, () -> PostgresOptions.read("[1]"));
        assertThrows(IsengardException.class, () -> PostgresOptions.read("{"));
    }

    private static void assertWrong(String name, String fields) {
        String details =
                assertThrows(IsengardException.class, () -> read(fields)).details();
        assertTrue(details.contains("PostgreSQL") && details.contains(name), details);
    }
}
