package org.isengard.dicom.net;

/** Types and fixed sizes of protocol data units, PS3.8 section 9.3. */
final class Pdu {
    static final int ASSOCIATE_RQ = 1;
    static final int ASSOCIATE_AC = 2;
    static final int ASSOCIATE_RJ = 3;
    static final int DATA_TF = 4;
    static final int RELEASE_RQ = 5;
    static final int RELEASE_RP = 6;
    static final int ABORT = 7;

    static final int HEADER_LENGTH = 6;
    /** Length, context identifier and control header of a presentation data value. */
    static final int PDV_HEADER_LENGTH = 6;

    static final int ABORT_BY_USER = 0;
    static final int ABORT_BY_PROVIDER = 2;

    /** Longest P-DATA-TF that this side sends, and accepts from a peer that ignores the announced length. */
    static final int LONGEST_DATA = 128 * 1024;
    /** Longest A-ASSOCIATE PDU: 128 contexts with every transfer syntax there is need a tenth of it. */
    static final int LONGEST_ASSOCIATE = 1024 * 1024;

    private Pdu() {}

    static void putHeader(byte[] buffer, int offset, int type, int length) {
        buffer[offset] = (byte) type;
        buffer[offset + 1] = 0;
        putInt(buffer, offset + 2, length);
    }

    static void putInt(byte[] buffer, int offset, int value) {
        buffer[offset] = (byte) (value >> 24);
        buffer[offset + 1] = (byte) (value >> 16);
        buffer[offset + 2] = (byte) (value >> 8);
        buffer[offset + 3] = (byte) value;
    }

    /** A PDU whose body is four bytes: reject, release, abort. */
    static byte[] small(int type, int second, int third, int fourth) {
        byte[] pdu = new byte[HEADER_LENGTH + 4];
        putHeader(pdu, 0, type, 4);
        pdu[7] = (byte) second;
        pdu[8] = (byte) third;
        pdu[9] = (byte) fourth;
        return pdu;
    }
}
