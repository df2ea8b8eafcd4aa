package org.isengard.networking.scp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.isengard.dicom.UIDs;
import org.isengard.networking.match.Wildcards;
import org.isengard.networking.remote.ServerConfiguration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transfer syntaxes and SOP classes that the storage SCP takes. Configured, and changed through REST until the next
 * start. Each association asks anew.
 */
@Component(
        service = AcceptedStorage.class,
        configurationPid = ServerConfiguration.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class AcceptedStorage {
    private static final Logger LOG = LoggerFactory.getLogger(AcceptedStorage.class);
    private static final String ROOT = "1.2.840.10008.1.2";

    /** Everything Orthanc accepts, in its order. */
    static final List<String> TRANSFER_SYNTAXES = transferSyntaxes();

    public @interface Config {
        String[] AcceptedTransferSyntaxes();

        boolean DeflatedTransferSyntaxAccepted();

        boolean JpegTransferSyntaxAccepted();

        boolean Jpeg2000TransferSyntaxAccepted();

        boolean JpegLosslessTransferSyntaxAccepted();

        boolean JpipTransferSyntaxAccepted();

        boolean Mpeg2TransferSyntaxAccepted();

        boolean Mpeg4TransferSyntaxAccepted();

        boolean H265TransferSyntaxAccepted();

        boolean RleTransferSyntaxAccepted();

        boolean UnknownSopClassAccepted();

        String[] AcceptedSopClasses();

        String[] RejectedSopClasses();
    }

    private final Set<String> sopClasses;
    private final Wildcards rejectedSopClasses;
    private volatile Set<String> accepted;
    private volatile boolean unknownSopClassAccepted;

    @Activate
    public AcceptedStorage(Config config) {
        List<String> asked = Arrays.asList(config.AcceptedSopClasses());
        rejectedSopClasses = Wildcards.anyOf(Arrays.asList(config.RejectedSopClasses()));
        sopClasses = acceptedSopClasses(asked, rejectedSopClasses);
        unknownSopClassAccepted = config.UnknownSopClassAccepted() && asked.isEmpty();
        if (config.UnknownSopClassAccepted() && !asked.isEmpty()) {
            LOG.warn("UnknownSopClassAccepted has no effect beside AcceptedSopClasses");
        }
        Set<String> syntaxes = matching(Arrays.asList(config.AcceptedTransferSyntaxes()));
        families(config).forEach((family, wanted) -> {
            if (!wanted) {
                syntaxes.removeIf(Wildcards.anyOf(List.of(family.split(" ")))::matches);
            }
        });
        accepted = Set.copyOf(syntaxes);
    }

    private static Map<String, Boolean> families(Config config) {
        Map<String, Boolean> families = new LinkedHashMap<>();
        families.put(ROOT + ".1.99", config.DeflatedTransferSyntaxAccepted());
        families.put(ROOT + ".4.5? " + ROOT + ".4.6?", config.JpegTransferSyntaxAccepted());
        families.put(ROOT + ".4.70 " + ROOT + ".4.8?", config.JpegLosslessTransferSyntaxAccepted());
        families.put(
                ROOT + ".4.90 " + ROOT + ".4.91 " + ROOT + ".4.92 " + ROOT + ".4.93",
                config.Jpeg2000TransferSyntaxAccepted());
        families.put(ROOT + ".4.94 " + ROOT + ".4.95", config.JpipTransferSyntaxAccepted());
        families.put(ROOT + ".4.100 " + ROOT + ".4.101", config.Mpeg2TransferSyntaxAccepted());
        families.put(
                ROOT + ".4.102 " + ROOT + ".4.103 " + ROOT + ".4.104 " + ROOT + ".4.105 " + ROOT + ".4.106",
                config.Mpeg4TransferSyntaxAccepted());
        families.put(ROOT + ".4.107 " + ROOT + ".4.108", config.H265TransferSyntaxAccepted());
        families.put(ROOT + ".5", config.RleTransferSyntaxAccepted());
        return families;
    }

    private static List<String> transferSyntaxes() {
        List<String> all = new ArrayList<>(List.of(ROOT, ROOT + ".1", ROOT + ".1.99", ROOT + ".2"));
        int[] encapsulated = {
            50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 70, 80, 81, 90, 91, 92, 93, 94, 95, 100,
            101, 102, 103, 104, 105, 106, 107, 108
        };
        for (int number : encapsulated) {
            all.add(ROOT + ".4." + number);
        }
        all.addAll(List.of(ROOT + ".5", ROOT + ".6.1", ROOT + ".6.2"));
        for (int number : new int[] {110, 111, 112, 201, 202, 203}) {
            all.add(ROOT + ".4." + number);
        }
        return List.copyOf(all);
    }

    private static Set<String> acceptedSopClasses(List<String> asked, Wildcards rejected) {
        Set<String> classes = new LinkedHashSet<>();
        if (asked.isEmpty()) {
            classes.addAll(UIDs.storageSopClasses());
        } else {
            Wildcards patterns = Wildcards.anyOf(asked);
            UIDs.storageSopClasses().stream().filter(patterns::matches).forEach(classes::add);
            // A class the standard does not know is accepted where it is named in full.
            asked.stream().map(String::trim).filter(UIDs::isValid).forEach(classes::add);
        }
        classes.removeIf(rejected::matches);
        return classes;
    }

    private static Set<String> matching(Collection<String> patterns) {
        Wildcards wildcards = Wildcards.anyOf(patterns);
        Set<String> found = new LinkedHashSet<>();
        TRANSFER_SYNTAXES.stream().filter(wildcards::matches).forEach(found::add);
        return found;
    }

    /** The accepted transfer syntaxes in Orthanc's order. */
    public List<String> acceptedTransferSyntaxes() {
        return TRANSFER_SYNTAXES.stream().filter(accepted::contains).toList();
    }

    /** Accepts those that match one of the patterns, and only those. */
    public void acceptTransferSyntaxes(Collection<String> patterns) {
        accepted = Set.copyOf(matching(patterns));
    }

    public boolean acceptsTransferSyntax(String uid) {
        return accepted.contains(uid);
    }

    public boolean unknownSopClassAccepted() {
        return unknownSopClassAccepted;
    }

    public void acceptUnknownSopClass(boolean accept) {
        unknownSopClassAccepted = accept;
    }

    public List<String> acceptedSopClasses() {
        return List.copyOf(sopClasses);
    }

    /** Whether instances of this SOP class are stored. Unknown is what the standard has no name for. */
    public boolean acceptsSopClass(String uid) {
        return sopClasses.contains(uid) || unknownSopClassAccepted && isUnknownSopClass(uid);
    }

    /** Whether the standard has no name for it and it is not refused by the configuration. */
    public boolean isUnknownSopClass(String uid) {
        return UIDs.keyword(uid) == null && !rejectedSopClasses.matches(uid);
    }
}
