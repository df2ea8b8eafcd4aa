package org.isengard.itests.demo;

/** What a physicist scans every week: a cylinder of water with inserts, rows of holes and a ramp. */
final class Water {
    static final int HEIGHT = 60;

    private Water() {}

    static Body body() {
        Body body = new Body();
        body.add(Tissue.CARTILAGE, Shape.cylinder(0, 0, 106, 106, 0, HEIGHT));
        body.add(Tissue.FLUID, Shape.cylinder(0, 0, 100, 100, 0, HEIGHT));
        Tissue[] inserts = {
            Tissue.BONE, Tissue.LUNG, Tissue.CARTILAGE, Tissue.FAT, Tissue.AIR, Tissue.MUSCLE, Tissue.SKULL, Tissue.DISC
        };
        for (int i = 0; i < inserts.length; i++) {
            double angle = Math.PI / 4 * i;
            body.add(inserts[i], Shape.cylinder(66 * Math.cos(angle), 66 * Math.sin(angle), 12, 12, 10, 50));
        }
        for (int row = 0; row < 5; row++) {
            double radius = 3.5 - row * 0.65;
            for (int hole = 0; hole < 5; hole++) {
                body.add(Tissue.AIR, Shape.cylinder(-24 + hole * radius * 4, -24 + row * 12, radius, radius, 20, 40));
            }
        }
        return body;
    }
}
