package org.isengard.dicomweb.model;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.Element;
import org.isengard.dicom.Sequence;
import org.isengard.dicom.Tags;
import org.isengard.dicom.VR;
import org.isengard.dicom.Value;

/** Writes data sets in the Native DICOM Model (PS3.19 section A.1), in UTF-8. */
public final class XmlModelWriter {
    static final String NAMESPACE = "http://dicom.nema.org/PS3.19/models/NativeDICOM";
    private static final String SCHEMA = "http://www.w3.org/2001/XMLSchema-instance";
    private static final XMLOutputFactory FACTORY = XMLOutputFactory.newDefaultFactory();
    private static final String[] NAME_PARTS = {"FamilyName", "GivenName", "MiddleName", "NamePrefix", "NameSuffix"};

    private final XMLStreamWriter xml;
    private final Dictionary dictionary;
    private final BulkDataUris bulkData;

    private XmlModelWriter(XMLStreamWriter xml, Dictionary dictionary, BulkDataUris bulkData) {
        this.xml = xml;
        this.dictionary = dictionary;
        this.bulkData = bulkData;
    }

    /**
     * Writes one document; the stream stays open.
     *
     * @param bulkData names binary values; null to write them in base 64
     */
    public static void write(OutputStream out, Attributes dataset, Dictionary dictionary, BulkDataUris bulkData)
            throws IOException {
        try {
            XMLStreamWriter xml = FACTORY.createXMLStreamWriter(out, "UTF-8");
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeStartElement("NativeDicomModel");
            xml.writeDefaultNamespace(NAMESPACE);
            xml.writeNamespace("xsi", SCHEMA);
            xml.writeAttribute("xsi", SCHEMA, "schemaLocation", NAMESPACE);
            new XmlModelWriter(xml, dictionary, bulkData).dataset(dataset, "");
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.flush();
        } catch (XMLStreamException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private void dataset(Attributes dataset, String path) throws XMLStreamException {
        for (Element element : dataset) {
            if (ModelElements.appears(element)) {
                xml.writeStartElement("DicomAttribute");
                xml.writeAttribute("tag", String.format(Locale.ROOT, "%08X", element.tag()));
                xml.writeAttribute("vr", element.vr().name());
                describe(dataset, element.tag());
                element(dataset, element, path + ModelElements.hex(element.tag()));
                xml.writeEndElement();
            }
        }
    }

    private void describe(Attributes dataset, int tag) throws XMLStreamException {
        if (Tags.isPrivate(tag)) {
            String creator = dataset.privateCreatorOf(tag);
            if (creator != null) {
                xml.writeAttribute("privateCreator", legal(creator));
            }
            return;
        }
        String name = dictionary.nameOf(tag, null);
        if (name != null) {
            xml.writeAttribute("keyword", name.startsWith("RETIRED_") ? name.substring("RETIRED_".length()) : name);
        }
    }

    private void element(Attributes dataset, Element element, String path) throws XMLStreamException {
        if (element instanceof Sequence sequence) {
            int number = 1;
            for (Attributes item : sequence) {
                xml.writeStartElement("Item");
                xml.writeAttribute("number", Integer.toString(number));
                dataset(item, path + "/" + number++ + "/");
                xml.writeEndElement();
            }
        } else if (ModelElements.isBulk(dataset, element)) {
            bulk(dataset, element, path);
        } else if (element instanceof Value value && !element.isEmpty()) {
            values(dataset, value);
        }
    }

    private void bulk(Attributes dataset, Element element, String path) throws XMLStreamException {
        if (bulkData != null) {
            xml.writeEmptyElement("BulkData");
            // The attribute as Orthanc writes it; PS3.19 names it in lower case, and readers of ours take both.
            xml.writeAttribute("URI", bulkData.uri(path));
            return;
        }
        byte[] bytes = ModelElements.inline(dataset, element);
        if (bytes != null) {
            xml.writeStartElement("InlineBinary");
            xml.writeCharacters(Base64.getEncoder().encodeToString(bytes));
            xml.writeEndElement();
        }
    }

    private void values(Attributes dataset, Value value) throws XMLStreamException {
        List<String> texts = value.strings(dataset.characterSet());
        if (texts.size() < 2 && texts.stream().allMatch(String::isEmpty)) {
            return;
        }
        int number = 0;
        for (String text : texts) {
            number++;
            if (value.vr() == VR.PN) {
                personName(PersonNameGroups.of(text), number);
            } else {
                xml.writeStartElement("Value");
                xml.writeAttribute("number", Integer.toString(number));
                xml.writeCharacters(
                        value.vr() == VR.AT
                                ? String.format(Locale.ROOT, "%08X", (int) value.longAt(number - 1))
                                : legal(text));
                xml.writeEndElement();
            }
        }
    }

    private void personName(PersonNameGroups name, int number) throws XMLStreamException {
        xml.writeStartElement("PersonName");
        xml.writeAttribute("number", Integer.toString(number));
        String[] groups = name.groups();
        for (int i = 0; i < groups.length; i++) {
            if (!groups[i].isEmpty()) {
                xml.writeStartElement(PersonNameGroups.NAMES[i]);
                String[] parts = groups[i].split("\\^", NAME_PARTS.length);
                for (int k = 0; k < parts.length; k++) {
                    if (!parts[k].isEmpty()) {
                        xml.writeStartElement(NAME_PARTS[k]);
                        xml.writeCharacters(legal(parts[k]));
                        xml.writeEndElement();
                    }
                }
                xml.writeEndElement();
            }
        }
        xml.writeEndElement();
    }

    /** XML 1.0 has no way to write most control characters: U+FFFD stands for them. */
    private static String legal(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isLegal(text.charAt(i))) {
                StringBuilder legal = new StringBuilder(text);
                for (int k = i; k < legal.length(); k++) {
                    if (!isLegal(legal.charAt(k))) {
                        legal.setCharAt(k, '\uFFFD');
                    }
                }
                return legal.toString();
            }
        }
        return text;
    }

    private static boolean isLegal(char c) {
        return c >= ' ' ? c < 0xFFFE : c == '\t' || c == '\n' || c == '\r';
    }
}
