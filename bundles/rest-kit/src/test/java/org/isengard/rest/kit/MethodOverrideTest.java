package org.isengard.rest.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import org.isengard.api.IsengardException;
import org.junit.jupiter.api.Test;

/** The combinations of header, argument and method that Orthanc 1.10.1 takes. */
class MethodOverrideTest {
    @Test
    void theHeaderNamesPutOrDeleteForAnyMethod() {
        for (String method : new String[] {"GET", "POST", "PUT", "PATCH", "OPTIONS"}) {
            assertEquals("DELETE", method(method, "DELETE", null));
            assertEquals("PUT", method(method, "put", null));
        }
        for (String named : new String[] {"POST", "GET", "HEAD", "FOO"}) {
            IsengardException e = assertThrows(IsengardException.class, () -> method("POST", named, null));
            assertEquals(400, e.httpStatus());
        }
    }

    @Test
    void theArgumentNamesThemForGetAlone() {
        assertEquals("DELETE", method("GET", null, "_method=delete"));
        assertEquals("PUT", method("GET", null, "a=1&_method=PUT&_method=DELETE"));
        assertEquals("POST", method("POST", null, "_method=DELETE"));
        assertEquals("PUT", method("PUT", null, "_method=DELETE"));
        assertThrows(IsengardException.class, () -> method("GET", null, "_method=GET"));
    }

    @Test
    void theHeaderBeatsTheArgumentAndEmptyOnesDoNotCount() {
        assertEquals("PUT", method("GET", "PUT", "_method=DELETE"));
        assertEquals("DELETE", method("GET", "", "_method=DELETE"));
        assertEquals("GET", method("GET", null, "_method="));
        assertEquals("GET", method("GET", null, "a_method=DELETE"));
        assertEquals("POST", method("POST", "", null));
    }

    private static String method(String method, String header, String query) {
        HttpServletRequest request = (HttpServletRequest) Proxy.newProxyInstance(
                MethodOverrideTest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, called, arguments) -> switch (called.getName()) {
                    case "getMethod" -> method;
                    case "getHeader" -> header;
                    case "getQueryString" -> query;
                    default -> throw new UnsupportedOperationException(called.getName());
                });
        return MethodOverride.of(request).getMethod();
    }
}
