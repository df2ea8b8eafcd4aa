package org.isengard.dicom.net;

import java.nio.charset.StandardCharsets;

/**
 * The user identity that the requestor sends, PS3.7 section D.3.3.7.
 *
 * @param type 1: user name, 2: user name and passcode, 3: Kerberos, 4: SAML, 5: JSON web token
 * @param primary user name, ticket, assertion or token
 * @param secondary passcode, empty unless the type is 2
 */
public record UserIdentity(int type, boolean responseRequested, byte[] primary, byte[] secondary) {
    public UserIdentity {
        primary = primary.clone();
        secondary = secondary.clone();
    }

    public static UserIdentity of(String user, String passcode) {
        return new UserIdentity(
                passcode == null ? 1 : 2,
                false,
                user.getBytes(StandardCharsets.UTF_8),
                passcode == null ? new byte[0] : passcode.getBytes(StandardCharsets.UTF_8));
    }

    public String user() {
        return new String(primary, StandardCharsets.UTF_8);
    }

    /** {@return who it is, for logs: the user name where that is given, else the kind of proof} */
    public String describe() {
        return switch (type) {
            case 1, 2 -> "user \"" + user().replaceAll("[^\\P{Cntrl}]", "?") + "\"";
            case 3 -> "a Kerberos ticket";
            case 4 -> "a SAML assertion";
            case 5 -> "a JSON web token";
            default -> "an identity of type " + type;
        };
    }

    @Override
    public byte[] primary() {
        return primary.clone();
    }

    @Override
    public byte[] secondary() {
        return secondary.clone();
    }

    /** Without the secrets, since requests are logged. */
    @Override
    public String toString() {
        return "UserIdentity[type=" + type + "]";
    }
}
