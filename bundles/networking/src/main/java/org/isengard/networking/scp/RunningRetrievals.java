package org.isengard.networking.scp;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.isengard.dicom.net.Operation;
import org.osgi.service.component.annotations.Component;

/**
 * Which instances come because we asked for them by C-MOVE: their C-STORE names our AE title and the number of our
 * message, which is therefore never the same for two that run.
 */
@Component(service = RunningRetrievals.class)
public final class RunningRetrievals {
    private static final int MOST = 0xffff;

    private final Map<Integer, Retrieval> running = new ConcurrentHashMap<>();
    private int last;

    /** A C-MOVE that runs. */
    public final class Retrieval implements AutoCloseable {
        private final String aet;
        private final int messageId;
        private final List<String> instances = new CopyOnWriteArrayList<>();

        public Retrieval(String aet, int messageId) {
            this.aet = aet;
            this.messageId = messageId;
        }

        public int messageId() {
            return messageId;
        }

        /** {@return identifiers of what has come} */
        public List<String> instances() {
            return List.copyOf(instances);
        }

        @Override
        public void close() {
            running.remove(messageId, this);
        }
    }

    /** @param aet the title with which we ask */
    public synchronized Retrieval open(String aet) {
        do {
            last = last % MOST + 1;
        } while (running.containsKey(last) && running.size() < MOST);
        var retrieval = new Retrieval(aet, last);
        running.put(last, retrieval);
        return retrieval;
    }

    /** Notes that an instance was stored. */
    void stored(Operation operation, String instance) {
        Retrieval retrieval = running.get(operation.moveOriginatorMessageId());
        if (retrieval != null && retrieval.aet.equals(operation.moveOriginatorAet())) {
            retrieval.instances.add(instance);
        }
    }
}
