package org.isengard.dicomweb.model;

/** Names the bulk data of one instance in its metadata (PS3.18 section F.2.6). */
@FunctionalInterface
public interface BulkDataUris {
    /**
     * {@return the URI of a value}
     *
     * @param path tags in lower-case hexadecimal and numbers of items from 1, such as {@code 00400275/1/00420011}
     */
    String uri(String path);
}
