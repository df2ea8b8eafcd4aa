package org.isengard.webdav.xml;

import java.io.ByteArrayInputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;

/**
 * The XML body of a request (RFC 4918 section 14). A document type, entities of its own, deep nesting and many
 * elements are refused.
 *
 * @param root local name of the outermost element, "" for no body
 * @param properties named below {@code prop}, in their order
 * @param words local names of all other elements of the namespace {@code DAV:}
 * @param owner text of {@code owner} of a lock
 */
public record DavRequest(String root, List<DavName> properties, List<String> words, String owner) {
    /** Longest body in bytes. */
    public static final int LONGEST = 256 << 10;

    private static final int DEEPEST = 32;
    private static final int MOST_ELEMENTS = 5_000;
    private static final int LONGEST_OWNER = 1_000;
    private static final XMLInputFactory FACTORY = factory();

    public DavRequest {
        properties = List.copyOf(properties);
        words = List.copyOf(words);
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        return factory;
    }

    /** @throws IsengardException BAD_REQUEST when the body is not such a document */
    public static DavRequest parse(byte[] body) {
        if (body.length == 0) {
            return new DavRequest("", List.of(), List.of(), "");
        }
        try {
            return read(FACTORY.createXMLStreamReader(new ByteArrayInputStream(body)));
        } catch (XMLStreamException e) {
            throw new IsengardException(ErrorCode.BAD_REQUEST, "The body is not XML: " + e.getMessage(), e);
        }
    }

    private static DavRequest read(XMLStreamReader xml) throws XMLStreamException {
        String root = "";
        List<DavName> properties = new ArrayList<>();
        List<String> words = new ArrayList<>();
        StringBuilder owner = new StringBuilder();
        Deque<String> open = new ArrayDeque<>();
        int elements = 0;
        while (xml.hasNext()) {
            switch (xml.next()) {
                case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
                    throw new IsengardException(ErrorCode.BAD_REQUEST, "The body must have no document type");
                case XMLStreamConstants.START_ELEMENT -> {
                    checkNames(xml);
                    String namespace = xml.getNamespaceURI() == null ? "" : xml.getNamespaceURI();
                    if (++elements > MOST_ELEMENTS || open.size() >= DEEPEST) {
                        throw new IsengardException(ErrorCode.BAD_REQUEST, "The body has too many elements");
                    }
                    boolean dav = namespace.equals(DavName.DAV);
                    if (open.isEmpty()) {
                        root = dav ? xml.getLocalName() : "";
                    } else if ("prop".equals(open.peek()) && !open.contains("owner")) {
                        properties.add(new DavName(namespace, xml.getLocalName()));
                    } else if (dav) {
                        words.add(xml.getLocalName());
                    }
                    open.push(dav ? xml.getLocalName() : "");
                }
                case XMLStreamConstants.END_ELEMENT -> open.pop();
                case XMLStreamConstants.CHARACTERS -> {
                    if (open.contains("owner") && owner.length() + xml.getTextLength() <= LONGEST_OWNER) {
                        owner.append(xml.getText());
                    }
                }
                default -> {
                    // Comments and instructions say nothing here.
                }
            }
        }
        if (root.isEmpty()) {
            throw new IsengardException(ErrorCode.BAD_REQUEST, "The body is no document of WebDAV");
        }
        return new DavRequest(root, properties, words, owner.toString().strip());
    }

    /** A prefix without a namespace is no well-formed name (Namespaces in XML 1.0 section 5). */
    private static void checkNames(XMLStreamReader xml) {
        for (int i = 0; i < xml.getNamespaceCount(); i++) {
            String uri = xml.getNamespaceURI(i);
            if (xml.getNamespacePrefix(i) != null && (uri == null || uri.isEmpty())) {
                throw new IsengardException(ErrorCode.BAD_REQUEST, "A prefix of the body has no namespace");
            }
        }
    }

    /** {@return whether a word of the namespace {@code DAV:} stands in the body} */
    public boolean says(String word) {
        return words.contains(word);
    }
}
