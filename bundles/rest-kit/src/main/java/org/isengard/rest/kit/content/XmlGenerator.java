package org.isengard.rest.kit.content;

import com.fasterxml.jackson.core.Base64Variant;
import com.fasterxml.jackson.core.ErrorReportConfiguration;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.base.GeneratorBase;
import com.fasterxml.jackson.core.io.ContentReference;
import com.fasterxml.jackson.core.io.IOContext;
import com.fasterxml.jackson.core.util.BufferRecycler;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * Writes what a route answers in JSON as Orthanc's XML: the element {@code root} holds one element for each field of an
 * object, and one element {@code item} for each value of a list. Numbers, Booleans and null are text.
 */
public final class XmlGenerator extends GeneratorBase {
    public static final String CONTENT_TYPE = "application/xml";

    private static final String HEAD = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";
    private static final String ITEM = "item";

    /** An element that is open: its name, and whether it has an element in it. */
    private static final class Open {
        private final String name;
        private final boolean list;
        private boolean filled;

        private Open(String name, boolean list) {
            this.name = name;
            this.list = list;
        }
    }

    private final Writer out;
    private final Deque<Open> open = new ArrayDeque<>();
    private String field;

    public XmlGenerator(OutputStream out) throws IOException {
        super(0, null, context());
        this.out = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
        this.out.write(HEAD);
    }

    private static IOContext context() {
        return new IOContext(
                StreamReadConstraints.defaults(),
                StreamWriteConstraints.defaults(),
                ErrorReportConfiguration.defaults(),
                new BufferRecycler(),
                ContentReference.unknown(),
                false);
    }

    /** {@return whether a header Accept asks for XML, in the only form that Orthanc knows: XML and nothing else} */
    public static boolean isAskedFor(String accept) {
        if (accept == null || accept.indexOf(',') >= 0) {
            return false;
        }
        int semicolon = accept.indexOf(';');
        return CONTENT_TYPE.equals(
                semicolon < 0 ? accept.trim() : accept.substring(0, semicolon).trim());
    }

    private void begin(boolean list) throws IOException {
        String name = name();
        enter();
        out.write('<' + name);
        open.push(new Open(name, list));
    }

    private String name() {
        Open parent = open.peek();
        if (parent == null) {
            return "root";
        }
        return parent.list ? ITEM : field;
    }

    /** Ends the start tag of the element around, and indents. */
    private void enter() throws IOException {
        Open parent = open.peek();
        if (parent != null && !parent.filled) {
            parent.filled = true;
            out.write(">\n");
        }
        out.write("  ".repeat(open.size()));
    }

    private void end() throws IOException {
        Open closed = open.pop();
        if (closed.filled) {
            out.write("  ".repeat(open.size()) + "</" + closed.name + ">\n");
        } else {
            out.write(" />\n");
        }
    }

    private void value(String text) throws IOException {
        String name = name();
        enter();
        out.write('<' + name + '>');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '<' -> out.write("&lt;");
                case '>' -> out.write("&gt;");
                case '&' -> out.write("&amp;");
                default -> {
                    if (c < ' ' && c != '\t' && c != '\n') {
                        out.write(String.format("&#%02d;", (int) c));
                    } else {
                        out.write(c);
                    }
                }
            }
        }
        out.write("</" + name + ">\n");
    }

    @Override
    public void writeStartArray() throws IOException {
        begin(true);
    }

    @Override
    public void writeEndArray() throws IOException {
        end();
    }

    @Override
    public void writeStartObject() throws IOException {
        begin(false);
    }

    @Override
    public void writeEndObject() throws IOException {
        end();
    }

    /** Names stay as they are, {@code 0008,0005} included, but for characters that would end the tag. */
    @Override
    public void writeFieldName(String name) {
        field = name.isEmpty() ? "_" : name.replaceAll("[<>&/\"'=\\s\\p{Cntrl}]", "_");
    }

    @Override
    public void writeString(String text) throws IOException {
        value(String.valueOf(text));
    }

    @Override
    public void writeString(char[] buffer, int offset, int length) throws IOException {
        value(new String(buffer, offset, length));
    }

    @Override
    public void writeRawUTF8String(byte[] buffer, int offset, int length) throws IOException {
        writeUTF8String(buffer, offset, length);
    }

    @Override
    public void writeUTF8String(byte[] buffer, int offset, int length) throws IOException {
        value(new String(buffer, offset, length, StandardCharsets.UTF_8));
    }

    @Override
    public void writeBinary(Base64Variant variant, byte[] data, int offset, int length) throws IOException {
        byte[] part = Arrays.copyOfRange(data, offset, offset + length);
        value(variant.encode(part));
    }

    @Override
    public void writeNumber(int number) throws IOException {
        value(Integer.toString(number));
    }

    @Override
    public void writeNumber(long number) throws IOException {
        value(Long.toString(number));
    }

    @Override
    public void writeNumber(BigInteger number) throws IOException {
        value(number.toString());
    }

    @Override
    public void writeNumber(double number) throws IOException {
        value(Double.toString(number));
    }

    @Override
    public void writeNumber(float number) throws IOException {
        value(Float.toString(number));
    }

    @Override
    public void writeNumber(BigDecimal number) throws IOException {
        value(number.toString());
    }

    @Override
    public void writeNumber(String encoded) throws IOException {
        value(encoded);
    }

    @Override
    public void writeBoolean(boolean flag) throws IOException {
        value(Boolean.toString(flag));
    }

    @Override
    public void writeNull() throws IOException {
        value("null");
    }

    @Override
    public void writeRaw(String text) {
        throw new UnsupportedOperationException("JSON text cannot be shown as XML");
    }

    @Override
    public void writeRaw(String text, int offset, int length) {
        writeRaw(text);
    }

    @Override
    public void writeRaw(char[] text, int offset, int length) {
        writeRaw("");
    }

    @Override
    public void writeRaw(char c) {
        writeRaw("");
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        super.close();
        // A list or an object that is open belongs to an answer that broke off.
        out.flush();
    }

    @Override
    protected void _releaseBuffers() {
        // The writer holds none of Jackson's buffers.
    }

    @Override
    protected void _verifyValueWrite(String type) {
        // The routes write well-formed JSON.
    }
}
