package org.isengard.dicomweb.model;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Element;
import org.isengard.dicom.Sequence;
import org.isengard.dicom.Tag;
import org.isengard.dicom.VR;
import org.isengard.dicom.Value;

/**
 * Writes data sets in the DICOM JSON model (PS3.18 annex F). Integer strings become numbers, decimal strings stay the text
 * that the file has, so that no digit is lost.
 */
public final class JsonModelWriter {
    private static final Pattern INTEGER = Pattern.compile("[+-]?\\d{1,18}");
    private static final long EXACT = 1L << 53;

    private final JsonGenerator json;
    private final BulkDataUris bulkData;

    /** @param bulkData names binary values; null to write them in base 64 */
    public JsonModelWriter(JsonGenerator json, BulkDataUris bulkData) {
        this.json = json;
        this.bulkData = bulkData;
    }

    /** Writes one JSON object. */
    public void write(Attributes dataset) throws IOException {
        dataset(dataset, "");
    }

    private void dataset(Attributes dataset, String path) throws IOException {
        json.writeStartObject();
        for (Element element : dataset) {
            if (ModelElements.appears(element)) {
                json.writeObjectFieldStart(String.format(Locale.ROOT, "%08X", element.tag()));
                json.writeStringField("vr", element.vr().name());
                element(dataset, element, path + ModelElements.hex(element.tag()));
                json.writeEndObject();
            }
        }
        json.writeEndObject();
    }

    private void element(Attributes dataset, Element element, String path) throws IOException {
        if (element instanceof Sequence sequence) {
            sequence(sequence, path);
        } else if (ModelElements.isBulk(dataset, element)) {
            if (bulkData != null) {
                json.writeStringField("BulkDataURI", bulkData.uri(path));
            } else {
                byte[] bytes = ModelElements.inline(dataset, element);
                if (bytes != null) {
                    json.writeFieldName("InlineBinary");
                    json.writeBinary(bytes);
                }
            }
        } else if (element instanceof Value value && !element.isEmpty()) {
            values(dataset, value);
        }
    }

    private void sequence(Sequence sequence, String path) throws IOException {
        if (sequence.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart("Value");
        int number = 1;
        for (Attributes item : sequence) {
            dataset(item, path + "/" + number++ + "/");
        }
        json.writeEndArray();
    }

    private void values(Attributes dataset, Value value) throws IOException {
        if (value.vr().isNumber()) {
            json.writeArrayFieldStart("Value");
            for (int i = 0; i < value.count(); i++) {
                number(value, i);
            }
            json.writeEndArray();
            return;
        }
        List<String> texts = value.strings(dataset.characterSet());
        if (value.tag() == Tag.SpecificCharacterSet) {
            // As in Orthanc: the empty value that stands for ASCII says nothing where all text is Unicode.
            texts = texts.stream().filter(text -> !text.isEmpty()).toList();
        }
        if (texts.stream().allMatch(String::isEmpty) && texts.size() < 2) {
            return;
        }
        json.writeArrayFieldStart("Value");
        for (String text : texts) {
            text(value.vr(), text);
        }
        json.writeEndArray();
    }

    private void text(VR vr, String text) throws IOException {
        if (text.isEmpty()) {
            json.writeNull();
        } else if (vr == VR.PN) {
            personName(PersonNameGroups.of(text));
        } else if (vr == VR.IS && INTEGER.matcher(text).matches()) {
            json.writeNumber(Long.parseLong(text));
        } else {
            json.writeString(text);
        }
    }

    private void personName(PersonNameGroups name) throws IOException {
        if (name.isEmpty()) {
            json.writeNull();
            return;
        }
        json.writeStartObject();
        String[] groups = name.groups();
        for (int i = 0; i < groups.length; i++) {
            if (!groups[i].isEmpty()) {
                json.writeStringField(PersonNameGroups.NAMES[i], groups[i]);
            }
        }
        json.writeEndObject();
    }

    private void number(Value value, int index) throws IOException {
        switch (value.vr()) {
            case AT -> json.writeString(String.format(Locale.ROOT, "%08X", (int) value.longAt(index)));
            case FL -> {
                float number = (float) value.doubleAt(index);
                if (Float.isFinite(number)) {
                    json.writeNumber(number);
                } else {
                    json.writeString(special(number));
                }
            }
            case FD -> {
                double number = value.doubleAt(index);
                if (Double.isFinite(number)) {
                    json.writeNumber(number);
                } else {
                    json.writeString(special(number));
                }
            }
            case UV -> {
                long number = value.longAt(index);
                if (number >= 0 && number <= EXACT) {
                    json.writeNumber(number);
                } else {
                    json.writeString(new BigInteger(Long.toUnsignedString(number)).toString());
                }
            }
            case SV -> {
                long number = value.longAt(index);
                if (Math.abs(number) <= EXACT && number != Long.MIN_VALUE) {
                    json.writeNumber(number);
                } else {
                    json.writeString(Long.toString(number));
                }
            }
            default -> json.writeNumber(value.longAt(index));
        }
    }

    /** JSON has no such numbers: PS3.18 section F.2.3 writes them as text. */
    private static String special(double number) {
        return Double.isNaN(number) ? "NaN" : number > 0 ? "inf" : "-inf";
    }
}
