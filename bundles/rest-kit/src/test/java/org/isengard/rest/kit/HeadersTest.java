package org.isengard.rest.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.rest.Caller;
import org.isengard.api.rest.Request;
import org.isengard.rest.kit.content.ByteRange;
import org.isengard.rest.kit.content.EntityTag;
import org.isengard.runtime.Json;
import org.junit.jupiter.api.Test;

/** Ranges, entity tags and queries, as clients write them. */
class HeadersTest {
    @Test
    void rangesAreCutToTheBody() {
        assertEquals(Optional.of(new ByteRange(2, 4)), ByteRange.of(with("Range", "bytes=2-5"), 10));
        assertEquals(Optional.of(new ByteRange(2, 8)), ByteRange.of(with("Range", "bytes=2-"), 10));
        assertEquals(Optional.of(new ByteRange(2, 8)), ByteRange.of(with("Range", "bytes=2-99"), 10));
        assertEquals(Optional.of(new ByteRange(7, 3)), ByteRange.of(with("Range", "bytes=-3"), 10));
        assertEquals("bytes 2-5/10", new ByteRange(2, 4).contentRange(10));
    }

    @Test
    void whatIsNoSingleRangeGivesTheWhole() {
        for (String header : List.of("bytes=1-2,4-5", "lines=1-2", "bytes=-", "bytes=99999999999999999999-")) {
            assertTrue(ByteRange.of(with("Range", header), 10).isEmpty(), header);
        }
    }

    @Test
    void aRangeOutsideOfTheBodyIsRefused() {
        IsengardException e =
                assertThrows(IsengardException.class, () -> ByteRange.of(with("Range", "bytes=10-12"), 10));
        assertEquals(416, e.httpStatus());
    }

    @Test
    void entityTagsCarryTheRevision() {
        String tag = EntityTag.of(7, "0123456789abcdef0123456789abcdef");
        String md5 = "0123456789abcdef0123456789abcdef";
        EntityTag.Expected none = new EntityTag.Expected(-1, true);
        assertEquals(new EntityTag.Expected(7, true), EntityTag.expected(with("If-Match", tag), 7, md5, false));
        assertEquals(none, EntityTag.expected(with("If-Match", tag), 8, md5, false));
        assertEquals(none, EntityTag.expected(with("If-Match", "7-abc"), 7, md5, false));
        assertEquals(new EntityTag.Expected(-1, false), EntityTag.expected(with("Other", tag), 7, md5, false));
        assertEquals(none, EntityTag.expected(with("Other", tag), 7, md5, true));
        for (String bad : List.of("\"55\"", "\"7-", "*", "x", "")) {
            IsengardException e = assertThrows(
                    IsengardException.class, () -> EntityTag.expected(with("If-Match", bad), 7, md5, false), bad);
            assertEquals(ErrorCode.PARAMETER_OUT_OF_RANGE, e.error());
        }
    }

    @Test
    void queriesKeepOrderEmptyValuesAndRepetition() {
        Map<String, List<String>> query = Query.parse("expand&since=1&tag=a%20b&tag=%C3%A9&=x");
        assertEquals(List.of("expand", "since", "tag"), List.copyOf(query.keySet()));
        assertEquals(List.of(""), query.get("expand"));
        assertEquals(List.of("a b", "é"), query.get("tag"));
        assertTrue(Query.parse(null).isEmpty());
        assertThrows(IsengardException.class, () -> Query.parse("a=%zz"));
    }

    @Test
    void flagsOfAQueryTakeValues() {
        for (String query : List.of("", "1", "true", "True", "TRUE")) {
            assertTrue(QueryFlags.isSet(asking("expand", query), "expand"), query);
        }
        for (String query : List.of("0", "false", "False")) {
            assertFalse(QueryFlags.isSet(asking("expand", query), "expand", true), query);
        }
        assertFalse(QueryFlags.isSet(asking("other", ""), "expand"));
        assertTrue(QueryFlags.isSet(asking("other", ""), "expand", true));
        assertThrows(IsengardException.class, () -> QueryFlags.isSet(asking("expand", "maybe"), "expand"));
    }

    private static Request asking(String argument, String value) {
        return request("", "", Map.of(argument, List.of(value)));
    }

    private static Request with(String name, String value) {
        return request(name, value, Map.of());
    }

    private static Request request(String name, String value, Map<String, List<String>> arguments) {
        return new Request() {
            @Override
            public String method() {
                return "GET";
            }

            @Override
            public String path() {
                return "/";
            }

            @Override
            public String path(String variable) {
                throw new IllegalArgumentException(variable);
            }

            @Override
            public Optional<String> query(String argument) {
                return Optional.ofNullable(arguments.get(argument)).map(values -> values.get(0));
            }

            @Override
            public Map<String, List<String>> query() {
                return arguments;
            }

            @Override
            public Optional<String> header(String header) {
                return name.equalsIgnoreCase(header) ? Optional.of(value) : Optional.empty();
            }

            @Override
            public InputStream body() {
                return InputStream.nullInputStream();
            }

            @Override
            public long bodyLength() {
                return 0;
            }

            @Override
            public byte[] bytes(int limit) {
                return new byte[0];
            }

            @Override
            public String text() {
                return "";
            }

            @Override
            public JsonNode json() {
                return Json.MAPPER.createObjectNode();
            }

            @Override
            public Caller caller() {
                return Caller.PLUGIN;
            }
        };
    }
}
