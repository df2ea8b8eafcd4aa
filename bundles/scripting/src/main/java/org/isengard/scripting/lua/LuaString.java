package org.isengard.scripting.lua;

import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import com.oracle.truffle.api.interop.InteropLibrary;
import com.oracle.truffle.api.interop.InvalidBufferOffsetException;
import com.oracle.truffle.api.interop.TruffleObject;
import com.oracle.truffle.api.library.ExportLibrary;
import com.oracle.truffle.api.library.ExportMessage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A string of Lua: bytes, read as text in UTF-8 by whoever wants text. */
@ExportLibrary(InteropLibrary.class)
final class LuaString implements TruffleObject {
    private final byte[] bytes;

    LuaString(byte[] bytes) {
        this.bytes = bytes;
    }

    byte[] bytes() {
        return bytes;
    }

    @ExportMessage
    boolean isString() {
        return true;
    }

    @ExportMessage
    @TruffleBoundary
    String asString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @ExportMessage
    boolean hasBufferElements() {
        return true;
    }

    @ExportMessage
    long getBufferSize() {
        return bytes.length;
    }

    private ByteBuffer at(long offset, int length) throws InvalidBufferOffsetException {
        if (offset < 0 || offset + length > bytes.length) {
            throw InvalidBufferOffsetException.create(offset, length);
        }
        return ByteBuffer.wrap(bytes).position((int) offset);
    }

    @ExportMessage
    byte readBufferByte(long offset) throws InvalidBufferOffsetException {
        return at(offset, 1).get();
    }

    @ExportMessage
    @TruffleBoundary
    short readBufferShort(ByteOrder order, long offset) throws InvalidBufferOffsetException {
        return at(offset, 2).order(order).getShort();
    }

    @ExportMessage
    @TruffleBoundary
    int readBufferInt(ByteOrder order, long offset) throws InvalidBufferOffsetException {
        return at(offset, 4).order(order).getInt();
    }

    @ExportMessage
    @TruffleBoundary
    long readBufferLong(ByteOrder order, long offset) throws InvalidBufferOffsetException {
        return at(offset, 8).order(order).getLong();
    }

    @ExportMessage
    @TruffleBoundary
    float readBufferFloat(ByteOrder order, long offset) throws InvalidBufferOffsetException {
        return at(offset, 4).order(order).getFloat();
    }

    @ExportMessage
    @TruffleBoundary
    double readBufferDouble(ByteOrder order, long offset) throws InvalidBufferOffsetException {
        return at(offset, 8).order(order).getDouble();
    }

    @ExportMessage
    @TruffleBoundary
    void readBuffer(long offset, byte[] target, int targetOffset, int length) throws InvalidBufferOffsetException {
        at(offset, length).get(target, targetOffset, length);
    }
}
