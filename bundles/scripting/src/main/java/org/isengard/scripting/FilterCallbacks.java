package org.isengard.scripting;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.graalvm.polyglot.Value;
import org.isengard.api.ErrorCode;
import org.isengard.api.IsengardException;
import org.isengard.api.ingest.IncomingFilter;
import org.isengard.api.ingest.InstanceRefused;
import org.isengard.api.ingest.Source;
import org.isengard.api.net.AssociationFilter;
import org.isengard.api.net.FindFilter;
import org.isengard.api.net.Requestor;
import org.isengard.api.rest.Caller;
import org.isengard.api.rest.RequestFilter;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.DicomFile;
import org.isengard.dicom.Dictionary;
import org.isengard.dicom.Tags;
import org.isengard.dicom.VR;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks scripts what may come in. A script that fails lets instances in, since none may be lost; it lets no HTTP request in.
 *
 * <p>Threading: called by the threads of the server, which wait for the thread of the Lua that has the function.
 */
final class FilterCallbacks implements IncomingFilter, RequestFilter, FindFilter, AssociationFilter {
    private static final Logger LOG = LoggerFactory.getLogger(FilterCallbacks.class);

    private final ScriptHost host;

    FilterCallbacks(ScriptHost host) {
        this.host = host;
    }

    @Override
    public boolean accept(DicomFile header, Source source) {
        boolean dicom = source.caller().origin() == Caller.Origin.DICOM_PROTOCOL;
        boolean cStore = dicom && host.defines(Callbacks.RECEIVED_C_STORE);
        boolean any = host.defines(Callbacks.RECEIVED_INSTANCE);
        if (!cStore && !any) {
            return true;
        }
        Object[] arguments = {
            CallbackArguments.tags(header.dataset(), host.dictionary()),
            CallbackArguments.origin(source),
            CallbackArguments.info(header)
        };
        if (cStore) {
            int status = host.filter(Callbacks.RECEIVED_C_STORE, "jjj", FilterCallbacks::status, arguments);
            if (status != 0) {
                throw new InstanceRefused(status);
            }
        }
        return !any || host.filter(Callbacks.RECEIVED_INSTANCE, "jjj", FilterCallbacks::flag, arguments);
    }

    private static int status(Value value) {
        if (!value.fitsInInt() || value.asInt() < 0 || value.asInt() > 0xFFFF) {
            throw new IllegalStateException("a status of C-STORE is expected, not " + value);
        }
        return value.asInt();
    }

    private static boolean flag(Value value) {
        if (!value.isBoolean()) {
            throw new IllegalStateException("true or false is expected, not " + value);
        }
        return value.asBoolean();
    }

    @Override
    public boolean allows(String method, String path, Caller caller, Map<String, String> headers) {
        if (!host.defines(Callbacks.INCOMING_HTTP)) {
            if (host.isAccessUncertain()) {
                throw new IsengardException(
                        ErrorCode.LUA_NOT_AVAILABLE, "A script that filters requests could not be loaded");
            }
            return true;
        }
        try {
            return host.filter(
                    Callbacks.INCOMING_HTTP,
                    "ssssj",
                    FilterCallbacks::flag,
                    method,
                    path,
                    caller.remoteIp(),
                    caller.username(),
                    CallbackArguments.headers(headers));
        } catch (ScriptError | IllegalStateException e) {
            throw new IsengardException(ErrorCode.LUA_NOT_AVAILABLE, String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public Attributes incomingFind(Attributes query, Requestor requestor) {
        return changed(Callbacks.INCOMING_FIND, "jj", query, CallbackArguments.requestor(requestor));
    }

    @Override
    public Attributes incomingWorklist(Attributes query, Requestor requestor) {
        return changed(Callbacks.INCOMING_WORKLIST, "jj", query, CallbackArguments.requestor(requestor));
    }

    @Override
    public Attributes outgoingFind(Attributes query, String modality) {
        return changed(Callbacks.OUTGOING_FIND, "js", query, modality);
    }

    /** The query as the script wants it; the one before when the script fails. */
    private Attributes changed(String name, String kinds, Attributes query, String second) {
        if (!host.defines(name)) {
            return query;
        }
        try {
            Map<String, String> wanted =
                    host.filter(name, kinds, FilterCallbacks::texts, CallbackArguments.query(query), second);
            return apply(wanted, query, host.dictionary());
        } catch (RuntimeException e) {
            passOnIfAway(e);
            LOG.error("{} failed, the query stays as it is: {}", name, e.getMessage());
            return query;
        }
    }

    private static Map<String, String> texts(Value table) {
        if (!table.hasMembers() || table.isString()) {
            throw new IllegalStateException("a table is expected, not " + table);
        }
        Map<String, String> texts = new HashMap<>();
        for (String key : table.getMemberKeys()) {
            Value value = table.getMember(key);
            texts.put(key, value.isString() ? value.asString() : value.toString());
        }
        return texts;
    }

    private static Attributes apply(Map<String, String> wanted, Attributes query, Dictionary dictionary) {
        Attributes changed = new Attributes();
        changed.addAll(query);
        Map<Integer, String> byTag = new HashMap<>();
        wanted.forEach((key, value) -> {
            OptionalInt tag = Tags.parse(key, dictionary);
            if (tag.isEmpty()) {
                throw new IllegalStateException("there is no tag " + key);
            }
            byTag.put(tag.getAsInt(), value);
        });
        query.forEach(element -> {
            boolean text = element.vr().isString() || element.vr().isText();
            if (text && !byTag.containsKey(element.tag())) {
                changed.remove(element.tag());
            }
        });
        byTag.forEach((tag, value) -> {
            boolean same = query.contains(tag) && value.equals(String.join("\\", query.getStrings(tag)));
            if (!same) {
                VR vr = query.contains(tag) ? query.get(tag).vr() : dictionary.vrOf(tag, null);
                if (value.isEmpty()) {
                    changed.setNull(tag, vr);
                } else {
                    changed.setString(tag, vr, value.split("\\\\", -1));
                }
            }
        });
        return changed;
    }

    @Override
    public Optional<Boolean> acceptsTransferSyntax(String uid, Requestor requestor) {
        String name = Callbacks.ofTransferSyntax(uid);
        return name.isEmpty() ? Optional.empty() : accepts(name, requestor);
    }

    @Override
    public Optional<Boolean> acceptsUnknownSopClass(Requestor requestor) {
        return accepts(Callbacks.UNKNOWN_SOP_CLASS, requestor);
    }

    private Optional<Boolean> accepts(String name, Requestor requestor) {
        if (!host.defines(name)) {
            return Optional.empty();
        }
        try {
            return Optional.of(host.filter(
                    name,
                    "sss",
                    FilterCallbacks::flag,
                    requestor.remoteAet(),
                    requestor.remoteIp(),
                    requestor.calledAet()));
        } catch (RuntimeException e) {
            passOnIfAway(e);
            LOG.error("{} failed, the configuration decides: {}", name, e.getMessage());
            return Optional.empty();
        }
    }

    /** Scripts that are leaving or too busy have not failed: who asks has to ask again. */
    private static void passOnIfAway(RuntimeException e) {
        if (e instanceof IsengardException error && error.error() == ErrorCode.SERVICE_UNAVAILABLE) {
            throw error;
        }
    }
}
