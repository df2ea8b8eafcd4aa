package org.isengard.dicom.charset;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** Several character sets in one value, switched by escape sequences (ISO 2022 as restricted by PS3.5 section 6.1.2.5). */
final class CodeExtension implements TextCodec {
    private static final int ESCAPE = 0x1b;

    private final List<CodeElement> elements;
    private final CodeElement initialLower;
    private final CodeElement initialUpper;
    private final CodeElement assumedUpper;

    /** The first character set is active at the start; {@code others} need an escape sequence. */
    CodeExtension(CharacterSetTerm first, List<CharacterSetTerm> others) {
        var all = new ArrayList<CodeElement>();
        all.addAll(first.elements());
        others.forEach(term -> all.addAll(term.elements()));
        if (!all.contains(CodeElement.ASCII)) {
            all.add(CodeElement.ASCII);
        }
        elements = List.copyOf(new LinkedHashSet<>(all));
        initialLower = first.initialLower();
        initialUpper = first.initialUpper();
        // Files are common that designate the upper half once and not again after a delimiter, as they should.
        assumedUpper = initialUpper != null
                ? initialUpper
                : elements.stream().filter(CodeElement::upper).findFirst().orElse(CodeElement.ASCII);
    }

    @Override
    public String decode(byte[] bytes, int offset, int length, Delimiters delimiters) {
        var text = new StringBuilder(length);
        CodeElement lower = initialLower;
        CodeElement upper = assumedUpper;
        int end = offset + length;
        int i = offset;
        while (i < end) {
            int b = bytes[i] & 0xff;
            if (b == ESCAPE) {
                CodeElement element = CodeElement.designated(bytes, i + 1, end);
                if (element == null) {
                    text.append('\ufffd');
                    i++;
                } else {
                    i += 1 + CodeElement.escapeLength(bytes, i + 1, end);
                    if (element.upper()) {
                        upper = element;
                    } else {
                        lower = element;
                    }
                }
                continue;
            }
            if (b < 0x21 || lower.width() == 1 && delimiters.resets(b)) {
                text.append((char) b);
                i++;
                if (delimiters.resets(b)) {
                    lower = initialLower;
                    upper = assumedUpper;
                }
                continue;
            }
            CodeElement active = b < 0x80 ? lower : upper;
            int start = i;
            i = endOfRun(bytes, i, end, active, delimiters);
            text.append(new String(bytes, start, i - start, active.superset()));
        }
        return text.toString();
    }

    /** Where the bytes of the half that {@code active} occupies stop; at least one byte further on. */
    private static int endOfRun(byte[] bytes, int start, int end, CodeElement active, Delimiters delimiters) {
        boolean high = bytes[start] < 0;
        int i = start;
        while (i < end) {
            int b = bytes[i] & 0xff;
            if (b == ESCAPE || b < 0x21 || high != b >= 0x80 || active.width() == 1 && delimiters.resets(b)) {
                break;
            }
            i++;
            if (active.width() == 2 && i < end && active.isSecond(bytes[i - 1], bytes[i])) {
                i++;
            }
        }
        return Math.max(i, start + 1);
    }

    @Override
    public boolean canEncode(String text) {
        return new Writer().canEncode(text);
    }

    @Override
    public byte[] encode(String text, Delimiters delimiters) {
        return new Writer().encode(text, delimiters);
    }

    /** The state of writing one value. */
    private final class Writer {
        private final Map<CodeElement, CharsetEncoder> encoders = new EnumMap<>(CodeElement.class);
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private CodeElement lower = initialLower;
        private CodeElement upper = initialUpper;

        boolean canEncode(String text) {
            return text.codePoints().allMatch(c -> elements.stream().anyMatch(e -> bytes(e, c) != null));
        }

        byte[] encode(String text, Delimiters delimiters) {
            text.codePoints().forEach(c -> {
                if (c < 0x21 || delimiters.resets(c)) {
                    // Delimiters and control characters are found by scanning bytes: never inside two-byte text.
                    backToOneByte();
                    out.write(c);
                    if (delimiters.resets(c)) {
                        lower = initialLower;
                        upper = initialUpper;
                    }
                } else {
                    write(c);
                }
            });
            backToOneByte();
            return out.toByteArray();
        }

        private void backToOneByte() {
            if (lower.width() > 1) {
                designate(CodeElement.ASCII);
            }
        }

        private void write(int c) {
            if (c < 0x80) {
                backToOneByte();
                out.write(c);
                return;
            }
            if (upper != null && append(upper, c) || append(lower, c)) {
                return;
            }
            for (CodeElement element : elements) {
                byte[] encoded = bytes(element, c);
                if (encoded != null) {
                    designate(element);
                    out.writeBytes(encoded);
                    return;
                }
            }
            backToOneByte();
            out.write('?');
        }

        private boolean append(CodeElement element, int c) {
            byte[] encoded = bytes(element, c);
            if (encoded == null) {
                return false;
            }
            out.writeBytes(encoded);
            return true;
        }

        private void designate(CodeElement element) {
            out.write(ESCAPE);
            out.writeBytes(element.escape());
            if (element.upper()) {
                upper = element;
            } else {
                lower = element;
            }
        }

        /** The bytes of one character in the half that the element occupies, or null if it has no such character. */
        private byte[] bytes(CodeElement element, int c) {
            CharsetEncoder encoder = encoders.computeIfAbsent(
                    element,
                    e -> e.charset()
                            .newEncoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .onUnmappableCharacter(CodingErrorAction.REPORT));
            try {
                ByteBuffer encoded = encoder.encode(CharBuffer.wrap(Character.toChars(c)));
                boolean fits = encoded.remaining() == element.width();
                for (int i = encoded.position(); fits && i < encoded.limit(); i++) {
                    fits = encoded.get(i) < 0 == element.upper();
                }
                if (!fits) {
                    return null;
                }
                byte[] bytes = new byte[encoded.remaining()];
                encoded.get(bytes);
                return bytes;
            } catch (CharacterCodingException notInThisSet) {
                return null;
            }
        }
    }
}
