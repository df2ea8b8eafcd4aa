import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.isengard.dicom.Attributes;
import org.isengard.dicom.Tag;
import org.isengard.dicom.UID;
import org.isengard.dicom.VR;
import org.isengard.dicom.net.AssociateRequest;
import org.isengard.dicom.net.AssociationOptions;
import org.isengard.dicom.net.AssociationPolicy;
import org.isengard.dicom.net.DicomClient;
import org.isengard.dicom.net.DicomServer;
import org.isengard.dicom.net.DimseHandler;
import org.isengard.dicom.net.Operation;
import org.isengard.dicom.net.PresentationContext;
import org.isengard.dicom.net.ProposedContext;
import org.isengard.dicom.net.ServerOptions;
import org.isengard.dicom.net.Status;

/**
 * The measuring side of {@code itests/bench/dicom}: a receiver that throws away what it is sent, and a client of C-FIND,
 * C-MOVE and C-GET. Both are meant to cost less than any server that is measured with them.
 */
final class DicomLoad {
    private static final String STUDY_FIND = UID.StudyRootQueryRetrieveInformationModelFind;
    private static final String STUDY_MOVE = UID.StudyRootQueryRetrieveInformationModelMove;
    private static final String STUDY_GET = UID.StudyRootQueryRetrieveInformationModelGet;

    /** Rounds that do not count. */
    private static final int WARM_UP = 15;

    private DicomLoad() {}

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "receive" -> receive(Integer.parseInt(args[1]));
            case "retrieve" -> retrieve(args[1].equals("get"), Integer.parseInt(args[2]), Integer.parseInt(args[3]));
            case "find" -> find(Integer.parseInt(args[1]), Integer.parseInt(args[2]), Integer.parseInt(args[3]));
            default -> throw new IllegalArgumentException(Arrays.toString(args));
        }
    }

    /** Takes and drops. */
    private static final DimseHandler SINK = new DimseHandler() {
        @Override
        public int store(Operation operation, InputStream dataSet) throws java.io.IOException {
            byte[] chunk = new byte[64 * 1024];
            while (dataSet.read(chunk, 0, chunk.length) >= 0) {
                // nothing is kept
            }
            return Status.SUCCESS;
        }
    };

    private static void receive(int port) throws Exception {
        var listening = ServerSocketChannel.open()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        DicomServer.start(listening, new TakeAll(), association -> SINK, new ServerOptions(16, 60_000, 131_072, null, false));
        Thread.currentThread().join();
    }

    private static final class TakeAll implements AssociationPolicy {
        @Override
        public PresentationContext negotiate(
                ProposedContext proposed, AssociateRequest request, InetSocketAddress remote) {
            return proposed.accept(proposed.transferSyntaxes().get(0));
        }
    }

    private static AssociationOptions call(int port) {
        return AssociationOptions.to("127.0.0.1", port)
                .callingAet("BENCH")
                .calledAet("ORTHANC")
                .timeout(300_000)
                .maxPduLength(131_072);
    }

    private static Attributes query() {
        var query = new Attributes();
        query.setString(Tag.QueryRetrieveLevel, VR.CS, "STUDY");
        return query;
    }

    private static List<String> studies(int port) throws Exception {
        List<String> studies = new ArrayList<>();
        Attributes query = query();
        query.setString(Tag.StudyInstanceUID, VR.UI, "");
        try (DicomClient client = DicomClient.open(call(port).propose(STUDY_FIND, UID.ExplicitVRLittleEndian))) {
            client.find(STUDY_FIND, query, match -> studies.add(match.getString(Tag.StudyInstanceUID, "")));
        }
        return studies;
    }

    /** All studies, one after the other; after some rounds that are not counted. Prints the median of instances per second. */
    private static void retrieve(boolean get, int port, int rounds) throws Exception {
        List<String> studies = studies(port);
        AssociationOptions call = call(port);
        if (get) {
            call.propose(STUDY_GET, UID.ExplicitVRLittleEndian)
                    .propose(UID.CTImageStorage, UID.ExplicitVRLittleEndian)
                    .role(UID.CTImageStorage, false, true);
        } else {
            call.propose(STUDY_MOVE, UID.ExplicitVRLittleEndian);
        }
        double[] rates = new double[rounds];
        try (DicomClient client = DicomClient.open(call)) {
            for (int round = -WARM_UP; round < rounds; round++) {
                long start = System.nanoTime();
                int instances = 0;
                for (String study : studies) {
                    Attributes identifier = query();
                    identifier.setString(Tag.StudyInstanceUID, VR.UI, study);
                    DicomClient.Retrieved end = get
                            ? client.get(STUDY_GET, identifier, SINK, pending -> true)
                            : client.move(STUDY_MOVE, identifier, "RECEIVER", pending -> true);
                    if (end.status() != Status.SUCCESS) {
                        throw new IllegalStateException(end.toString());
                    }
                    instances += end.completed();
                }
                if (round >= 0) {
                    rates[round] = instances / ((System.nanoTime() - start) / 1e9);
                }
            }
        }
        print(get ? "C-GET" : "C-MOVE", rates);
    }

    /** Studies of patients that are generated by {@code bench.py gen-small}: all at once, then one patient each time. */
    private static void find(int port, int patients, int rounds) throws Exception {
        double[] wide = new double[rounds];
        double[] exact = new double[rounds];
        double[] prefix = new double[rounds];
        var random = new Random(5);
        try (DicomClient client = DicomClient.open(call(port).propose(STUDY_FIND, UID.ExplicitVRLittleEndian))) {
            for (int warmUp = 0; warmUp < WARM_UP; warmUp++) {
                rate(client, 1, true, () -> keys("*", ""));
            }
            for (int round = -1; round < rounds; round++) {
                double[] rates = {
                    rate(client, 3, true, () -> keys("*", "")),
                    rate(client, 300, false, () -> keys(String.format("PID%07d", random.nextInt(patients)), "")),
                    rate(client, 30, false, () -> keys("", "Smith" + random.nextInt(10) + "*"))
                };
                if (round >= 0) {
                    wide[round] = rates[0];
                    exact[round] = rates[1];
                    prefix[round] = rates[2];
                }
            }
        }
        print("C-FIND, matches of a wide query", wide);
        print("C-FIND, queries by patient", exact);
        print("C-FIND, queries by name prefix", prefix);
    }

    private static Attributes keys(String patient, String name) {
        Attributes query = query();
        for (int tag : new int[] {Tag.StudyDate, Tag.AccessionNumber, Tag.StudyDescription, Tag.StudyInstanceUID}) {
            query.setNull(tag, tag == Tag.StudyInstanceUID ? VR.UI : tag == Tag.StudyDate ? VR.DA : VR.LO);
        }
        query.setString(Tag.PatientID, VR.LO, patient);
        query.setString(Tag.PatientName, VR.PN, name);
        return query;
    }

    private static double rate(DicomClient client, int queries, boolean perMatch, java.util.function.Supplier<Attributes> keys)
            throws Exception {
        long start = System.nanoTime();
        int[] matches = {0};
        for (int i = 0; i < queries; i++) {
            DicomClient.Response end = client.find(STUDY_FIND, keys.get(), match -> ++matches[0] > 0);
            if (end.status() != Status.SUCCESS || perMatch && matches[0] == 0) {
                throw new IllegalStateException(end.toString());
            }
        }
        return (perMatch ? matches[0] : queries) / ((System.nanoTime() - start) / 1e9);
    }

    private static void print(String what, double[] rates) {
        double[] sorted = rates.clone();
        Arrays.sort(sorted);
        System.out.printf("%s|%.1f%n", what, sorted[sorted.length / 2]);
    }
}
