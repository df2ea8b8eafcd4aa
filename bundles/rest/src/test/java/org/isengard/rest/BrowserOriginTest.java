package org.isengard.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BrowserOriginTest {
    private final BrowserOrigin origin =
            new BrowserOrigin(List.of("https://viewer.example.org"), List.of("pacs.example.org"), true);

    private static HttpServletRequest request(String method, Map<String, String> headers) {
        return (HttpServletRequest) Proxy.newProxyInstance(
                BrowserOriginTest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, called, arguments) -> switch (called.getName()) {
                    case "getMethod" -> method;
                    case "getHeader" -> headers.get((String) arguments[0]);
                    default -> throw new UnsupportedOperationException(called.getName());
                });
    }

    private boolean allows(String method, Map<String, String> headers) {
        return origin.refusal(request(method, headers)).isEmpty();
    }

    @Test
    void aForeignPageMayReadAndChangeNothing() {
        for (String method : List.of("POST", "PUT", "DELETE")) {
            assertEquals(true, allows(method, Map.of("Host", "localhost:8042")), "no browser");
            assertEquals(
                    true,
                    allows(method, Map.of("Host", "localhost:8042", "Origin", "http://localhost:8042")),
                    "a page of the server");
            assertEquals(false, allows(method, Map.of("Host", "localhost:8042", "Origin", "http://evil.example")));
            assertEquals(false, allows(method, Map.of("Host", "localhost:8042", "Origin", "http://localhost:3000")));
            assertEquals(false, allows(method, Map.of("Host", "localhost:8042", "Origin", "null")));
            assertEquals(false, allows(method, Map.of("Host", "localhost:8042", "Origin", "not a URI")));
            assertEquals(false, allows(method, Map.of("Host", "localhost:8042", "Sec-Fetch-Site", "cross-site")));
            assertEquals(
                    true,
                    allows(method, Map.of("Host", "localhost:8042", "Origin", "https://viewer.example.org")),
                    "the option names it");
            assertEquals(
                    true,
                    allows(
                            method,
                            Map.of(
                                    "Host",
                                    "localhost:8042",
                                    "X-Forwarded-Host",
                                    "public.example",
                                    "Origin",
                                    "https://public.example")),
                    "a page of the server behind a proxy");
        }
        assertEquals(true, allows("GET", Map.of("Host", "localhost:8042", "Origin", "http://evil.example")));
    }

    @Test
    void theServerIsNotCalledByANameOfSomebodyElse() {
        for (String host : List.of(
                "127.0.0.1:8042", "[::1]:8042", "localhost", "orthanc:8042", "a.localhost", "PACS.example.org", "")) {
            assertEquals(true, allows("GET", Map.of("Host", host)), host);
        }
        assertEquals(true, allows("GET", Map.of()));
        assertEquals(false, allows("GET", Map.of("Host", "rebound.evil.example:8042")));
        assertEquals(false, allows("GET", Map.of("Host", "127.0.0.1.evil.example")));
        assertEquals(
                true,
                new BrowserOrigin(List.of(), List.of(), false)
                        .refusal(request("GET", Map.of("Host", "any.example")))
                        .isEmpty(),
                "where a password is asked for, a page of somebody else has none");
    }
}
