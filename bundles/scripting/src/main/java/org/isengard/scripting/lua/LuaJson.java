package org.isengard.scripting.lua;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** JSON to tables and back, by the rules of Orthanc's ParseJson and DumpJson. */
final class LuaJson {
    private static final int MAX_DEPTH = 200;
    private static final JsonFactory JSON = new JsonFactoryBuilder()
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(1 << 26)
                    .build())
            .build();

    private LuaJson() {}

    /** ParseJson(text): the value, nil when the text is not JSON. */
    static int parse(LuaState lua) {
        byte[] text = lua.top() == 0 ? null : lua.toBytes(1);
        lua.setTop(0);
        if (text == null) {
            lua.pushNil();
            return 1;
        }
        try (JsonParser json = JSON.createParser(text)) {
            json.nextToken();
            pushValue(lua, json);
            if (json.nextToken() != null) {
                throw new IOException("something follows the value");
            }
        } catch (IOException e) {
            lua.setTop(0);
            lua.pushNil();
        }
        return 1;
    }

    private static void pushValue(LuaState lua, JsonParser json) throws IOException {
        lua.ensureStack(4);
        JsonToken token = json.currentToken();
        if (token == null) {
            throw new IOException("the text has ended");
        }
        switch (token) {
            case VALUE_NULL -> lua.pushNil();
            case VALUE_TRUE -> lua.push(true);
            case VALUE_FALSE -> lua.push(false);
            case VALUE_STRING -> lua.push(json.getText());
            case VALUE_NUMBER_INT -> {
                if (json.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
                    lua.push(json.getDoubleValue());
                } else {
                    lua.push(json.getLongValue());
                }
            }
            case VALUE_NUMBER_FLOAT -> lua.push(json.getDoubleValue());
            case START_ARRAY -> {
                lua.newTable(0, 0);
                long position = 0;
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    pushValue(lua, json);
                    lua.rawSetAt(-2, ++position);
                }
            }
            case START_OBJECT -> {
                lua.newTable(0, 0);
                while (json.nextToken() != JsonToken.END_OBJECT) {
                    lua.push(json.currentName());
                    json.nextToken();
                    pushValue(lua, json);
                    lua.rawSet(-3);
                }
            }
            default -> throw new IOException("not a value: " + token);
        }
    }

    /** DumpJson(value, keepStrings): strings that read as numbers become numbers, unless they are to be kept. */
    static int dump(LuaState lua) {
        boolean keepStrings = lua.top() > 1 && lua.toBoolean(2);
        if (lua.top() == 0) {
            lua.pushNil();
        }
        lua.setTop(1);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            write(lua, json, keepStrings, 0);
        } catch (IOException e) {
            throw new LuaError(LuaError.Kind.RUNTIME, "the value has no form in JSON: " + e.getMessage());
        }
        lua.push(out.toByteArray());
        return 1;
    }

    /** Writes the value on top of the stack and leaves it there. */
    private static void write(LuaState lua, JsonGenerator json, boolean keepStrings, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new IOException("it is nested too deeply");
        }
        lua.ensureStack(8);
        switch (lua.type(-1)) {
            case LuaState.TABLE -> {
                if (isArray(lua)) {
                    writeArray(lua, json, keepStrings, depth);
                } else {
                    writeObject(lua, json, keepStrings, depth);
                }
            }
            case LuaState.BOOLEAN -> json.writeBoolean(lua.toBoolean(-1));
            case LuaState.NUMBER, LuaState.STRING -> {
                if (keepStrings || !lua.isNumeric(-1)) {
                    json.writeString(new String(lua.display(-1), StandardCharsets.UTF_8));
                } else {
                    number(lua, json);
                }
            }
            default -> json.writeNull();
        }
    }

    private static void number(LuaState lua, JsonGenerator json) throws IOException {
        double value = lua.toNumber(-1);
        if (lua.isInteger(-1)) {
            json.writeNumber(lua.toInteger(-1));
        } else if (value == Math.rint(value) && Math.abs(value) < 0x1p63) {
            json.writeNumber((long) value);
        } else if (Double.isFinite(value)) {
            json.writeNumber(value);
        } else {
            json.writeNull();
        }
    }

    /** {@return whether the keys of the table on top of the stack are 1, 2, 3, ... and nothing else} */
    private static boolean isArray(LuaState lua) {
        long length = lua.rawLength(-1);
        long count = 0;
        lua.pushNil();
        while (lua.next(-2)) {
            lua.pop(1);
            boolean position = lua.type(-1) == LuaState.NUMBER && lua.isInteger(-1);
            long key = position ? lua.toInteger(-1) : 0;
            if (key < 1 || key > length) {
                lua.pop(1);
                return false;
            }
            count++;
        }
        return count == length;
    }

    private static void writeArray(LuaState lua, JsonGenerator json, boolean keepStrings, int depth)
            throws IOException {
        json.writeStartArray();
        long length = lua.rawLength(-1);
        for (long i = 1; i <= length; i++) {
            lua.rawGetAt(-1, i);
            write(lua, json, keepStrings, depth + 1);
            lua.pop(1);
        }
        json.writeEndArray();
    }

    private static void writeObject(LuaState lua, JsonGenerator json, boolean keepStrings, int depth)
            throws IOException {
        // Sorted, as Orthanc's are; a key is looked up again since next() must not be disturbed.
        Map<String, Integer> fields = new TreeMap<>();
        lua.pushNil();
        while (lua.next(-2)) {
            lua.pop(1);
            String name = new String(lua.display(-1), StandardCharsets.UTF_8);
            lua.pushValue(-1);
            fields.put(name, lua.keep());
        }
        json.writeStartObject();
        for (Map.Entry<String, Integer> field : fields.entrySet()) {
            int reference = field.getValue();
            json.writeFieldName(field.getKey());
            lua.pushKept(reference);
            lua.release(reference);
            lua.rawGet(-2);
            write(lua, json, keepStrings, depth + 1);
            lua.pop(1);
        }
        json.writeEndObject();
    }
}
