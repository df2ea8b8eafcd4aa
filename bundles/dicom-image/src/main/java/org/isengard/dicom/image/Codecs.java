package org.isengard.dicom.image;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.isengard.dicom.TransferSyntax;

/** The codecs at hand, the preferred ones first. Immutable. */
public final class Codecs {
    private final List<FrameDecoder> decoders;
    private final List<FrameEncoder> encoders;

    public Codecs(List<FrameDecoder> decoders, List<FrameEncoder> encoders) {
        this.decoders = List.copyOf(decoders);
        this.encoders = List.copyOf(encoders);
    }

    public List<FrameDecoder> decoders() {
        return decoders;
    }

    public List<FrameEncoder> encoders() {
        return encoders;
    }

    public Optional<FrameDecoder> decoder(TransferSyntax syntax) {
        return decoders.stream()
                .filter(d -> d.transferSyntaxes().contains(syntax.uid()))
                .findFirst();
    }

    public Optional<FrameEncoder> encoder(TransferSyntax syntax) {
        return encoders.stream()
                .filter(e -> e.transferSyntaxes().contains(syntax.uid()))
                .findFirst();
    }

    /** {@return UIDs of all transfer syntaxes whose pixel data can be decoded, the uncompressed ones included} */
    public Set<String> readable() {
        Set<String> uids = new TreeSet<>();
        TransferSyntax.all().stream().filter(s -> !s.encapsulated()).forEach(s -> uids.add(s.uid()));
        decoders.forEach(d -> uids.addAll(d.transferSyntaxes()));
        return uids;
    }
}
