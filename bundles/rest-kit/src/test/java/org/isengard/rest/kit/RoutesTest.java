package org.isengard.rest.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Set;
import org.isengard.api.rest.Handler;
import org.junit.jupiter.api.Test;

class RoutesTest {
    private static final Handler LITERAL = (request, response) -> response.text("literal");
    private static final Handler VARIABLE = (request, response) -> response.text("variable");

    @Test
    void literalSegmentsBeatVariables() {
        Routes routes = new Routes().get("/tools/{name}", VARIABLE).get("/tools/now", LITERAL);
        assertEquals(LITERAL, routes.find("GET", "/tools/now").orElseThrow().handler());
        assertEquals(VARIABLE, routes.find("GET", "/tools/later").orElseThrow().handler());
    }

    @Test
    void aLiteralThatLeadsNowhereLeavesTheVariableItsChance() {
        Routes routes = new Routes().get("/a/b/c", LITERAL).get("/a/{x}/d", VARIABLE);
        Routes.Found found = routes.find("GET", "/a/b/d").orElseThrow();
        assertEquals(VARIABLE, found.handler());
        assertEquals(Map.of("x", "b"), found.variables());
    }

    @Test
    void emptySegmentsDoNotCount() {
        Routes routes = new Routes().get("/instances/{id}", VARIABLE);
        assertEquals(
                Map.of("id", "1"),
                routes.find("GET", "//instances///1/").orElseThrow().variables());
    }

    @Test
    void theTailTakesTheRestOfThePath() {
        Routes routes = new Routes().get("/instances/{id}/content/{path:*}", VARIABLE);
        assertEquals(
                Map.of("id", "1", "path", "a/0/b"),
                routes.find("GET", "/instances/1/content/a/0/b").orElseThrow().variables());
        assertEquals(
                "",
                routes.find("GET", "/instances/1/content")
                        .orElseThrow()
                        .variables()
                        .get("path"));
    }

    @Test
    void aKnownPathWithAnotherMethodNamesTheMethods() {
        Routes routes = new Routes().get("/changes", LITERAL).delete("/changes", LITERAL);
        Routes.Found found = routes.find("POST", "/changes").orElseThrow();
        assertNull(found.handler());
        assertEquals(Set.of("DELETE", "GET"), found.methods());
        assertFalse(routes.has("POST", "/changes"));
        assertTrue(routes.matches("/changes"));
        assertTrue(routes.find("GET", "/nothing").isEmpty());
    }

    @Test
    void namesOfVariablesMayDifferBetweenMethods() {
        Routes routes = new Routes().get("/jobs/{id}/{key}", VARIABLE).post("/jobs/{id}/{operation}", VARIABLE);
        assertEquals(
                Map.of("id", "1", "operation", "pause"),
                routes.find("POST", "/jobs/1/pause").orElseThrow().variables());
    }

    @Test
    void oneRouteCannotBeDeclaredTwice() {
        Routes routes = new Routes().get("/system", LITERAL);
        assertThrows(IllegalArgumentException.class, () -> routes.get("/system", LITERAL));
    }

    @Test
    void aCopyWithoutHandlersKnowsTheSamePaths() {
        Routes routes = new Routes().get("/a/{b}", VARIABLE).post("/c", LITERAL);
        assertEquals(routes.templates(), routes.withoutHandlers().templates());
        assertTrue(routes.withoutHandlers().has("GET", "/a/x"));
    }

    @Test
    void aMethodBeyondTheRestApiIsARouteOfItsOwn() {
        Routes routes = new Routes().method("PROPFIND", "/dav/{path:*}", (request, response) -> {});
        assertTrue(routes.has("PROPFIND", "/dav/a/b"));
        assertTrue(routes.find("PROPFIND", "/dav").orElseThrow().reads());
        assertFalse(routes.has("GET", "/dav/a"));
    }
}
