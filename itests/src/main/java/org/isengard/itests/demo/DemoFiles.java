package org.isengard.itests.demo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.isengard.dicom.TransferSyntax;
import org.isengard.itests.demo.Study.Patient;
import org.isengard.itests.demo.Tissue.Contrast;

/** The instances of all sample studies. Each is made when it is called for, by any thread. */
public final class DemoFiles {
    private static final TransferSyntax PLAIN = TransferSyntax.EXPLICIT_LITTLE_ENDIAN;
    private static final Patient ANNA = new Patient("DEMO-1001", "Lindqvist^Anna", "19680922", "F");
    private static final Patient DANIEL = new Patient("DEMO-1002", "Okafor^Daniel", "19850417", "M");
    private static final Patient CAMILLE = new Patient("DEMO-1003", "Éluard^Camille", "19910402", "F");
    private static final Patient TARO = new Patient("DEMO-1004", "Yamada^Taro=山田^太郎=やまだ^たろう", "19590406", "M");
    private static final Patient PHANTOM = new Patient("DEMO-QA", "Quality^Assurance", "20200101", "O");

    private final List<Callable<byte[]>> files = new ArrayList<>();
    private final int every;

    private DemoFiles(int every) {
        this.every = every;
    }

    /** {@return every instance, as tasks that make DICOM files} */
    public static List<Callable<byte[]>> all() throws IOException {
        return thinned(1);
    }

    /** @param every how many times fewer slices each volume has; 1 for all */
    public static List<Callable<byte[]>> thinned(int every) throws IOException {
        DemoFiles demo = new DemoFiles(every);
        demo.chest();
        demo.head();
        demo.brain();
        demo.heart();
        demo.water();
        return List.copyOf(demo.files);
    }

    /** {@return labels by the StudyInstanceUID of the study that gets them} */
    public static Map<String, List<String>> labels() {
        return Map.of(
                Study.uid("anna/ct"), List.of("follow-up", "teaching"),
                Study.uid("daniel/ct"), List.of("emergency"),
                Study.uid("camille/mr"), List.of("teaching"),
                Study.uid("qa/ct"), List.of("quality"));
    }

    private void chest() {
        Body torso = Torso.body();
        Study earlier = Study.of(ANNA, "anna/dx", "20240219", "093500", "Radiograph of the chest");
        Study study = Study.of(ANNA, "anna/ct", "20240311", "101500", "CT of the chest and abdomen");
        Tomography portal = new Tomography(
                study,
                1,
                "Chest and abdomen 2.5 mm, portal venous",
                torso,
                Contrast.CT_ENHANCED,
                Grid.square(512, 0.78125),
                140 / every,
                0,
                2.5 * every,
                11,
                new int[] {50, 400},
                PLAIN);
        Tomography unenhanced = new Tomography(
                study,
                2,
                "Chest and abdomen 10 mm, unenhanced",
                torso,
                Contrast.CT,
                Grid.square(512, 0.78125),
                Math.max(2, 35 / every),
                0,
                10.0 * every,
                8,
                new int[] {40, 380},
                TransferSyntax.JPEG_LS_LOSSLESS);
        Documents documents = new Documents(portal);
        Lazy<Projection> projection = new Lazy<>(() -> new Projection(torso));
        volume(portal);
        files.add(() -> projection.get().radiograph(earlier, 1));
        files.add(() -> projection.get().bones(study, 7));
        files.add(() -> new Segmentation(portal).file(3));
        files.add(() -> documents.report(4, 3));
        files.add(() -> documents.keyImages(5));
        files.add(() -> documents.letter(6));
        volume(unenhanced);
    }

    private void head() {
        Study study = Study.of(DANIEL, "daniel/ct", "20240602", "231200", "CT of the head after a fall");
        volume(new Tomography(
                study,
                1,
                "Head 1 mm",
                Head.body(true),
                Contrast.CT,
                Grid.square(256, 0.9),
                Head.HEIGHT / every,
                2,
                every,
                4,
                new int[] {40, 90},
                TransferSyntax.JPEG_LS_LOSSLESS));
    }

    private void brain() {
        Study study = Study.of(CAMILLE, "camille/mr", "20240402", "142000", "MR of the brain");
        Body brain = Head.body(false);
        Contrast[] contrasts = {Contrast.T1, Contrast.T2, Contrast.FLAIR};
        int[][] windows = {{420, 900}, {520, 1150}, {420, 900}};
        for (int i = 0; i < contrasts.length; i++) {
            volume(new Tomography(
                    study,
                    i + 1,
                    "AX " + contrasts[i] + " 4 mm",
                    brain,
                    contrasts[i],
                    Grid.square(320, 0.72),
                    38 / every,
                    4,
                    4.0 * every,
                    14,
                    windows[i],
                    TransferSyntax.RLE));
        }
    }

    private void heart() {
        Study echo = Study.of(TARO, "taro/us", "20240517", "083000", "Echocardiography");
        Study ecg = Study.of(TARO, "taro/ecg", "20240517", "080500", "Electrocardiogram");
        files.add(() -> new Echo().file(echo, 1));
        files.add(() -> Ecg.file(ecg, 1));
    }

    private void water() {
        Study study = Study.of(PHANTOM, "qa/ct", "20240701", "070000", "Weekly constancy test");
        volume(new Tomography(
                study,
                1,
                "Water phantom 5 mm",
                Water.body(),
                Contrast.CT,
                Grid.square(512, 0.5),
                Math.max(2, 12 / every),
                2,
                5,
                5,
                new int[] {0, 400},
                PLAIN));
    }

    private void volume(Tomography images) {
        for (int slice = 0; slice < images.slices(); slice++) {
            int number = slice;
            files.add(() -> images.file(number));
        }
    }

    /** A value that the first caller makes. */
    private static final class Lazy<T> {
        private final Callable<T> maker;
        private T value;

        Lazy(Callable<T> maker) {
            this.maker = maker;
        }

        synchronized T get() throws Exception {
            if (value == null) {
                value = maker.call();
            }
            return value;
        }
    }
}
