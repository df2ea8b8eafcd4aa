package org.isengard.itests.demo;

/** A head from z = 0 at the base of the skull to z = {@link #HEIGHT} above the crown. */
final class Head {
    static final int HEIGHT = 160;

    private static final double ACROSS = 65;
    private static final double LONG = 83;
    private static final double HIGH = 74;
    private static final double CENTRE = 74;

    private Head() {}

    /** @param bleeding whether blood lies between the brain and the skull, as after a fall; else the brain has plaques */
    static Body body(boolean bleeding) {
        Body body = new Body();
        outside(body);
        brain(body);
        if (bleeding) {
            body.add(Tissue.CLOT, Shape.of(Shape.Box.around(0, 0, 90, 80, 90, 60), (x, y, z) -> {
                double rim = inBrain(x, y, z);
                double spread = 46 - Math.sqrt(0.6 * y * y + (z - 92) * (z - 92));
                return x < 25 ? -1 : Math.min(Math.min(rim, 9 - rim), spread * 0.3);
            }));
        } else {
            double[][] plaques = {
                {-24, 22, 92, 5}, {27, -18, 96, 4}, {22, 34, 88, 6}, {-30, -4, 100, 4}, {-18, 40, 84, 5}
            };
            for (double[] plaque : plaques) {
                body.add(
                        Tissue.LESION,
                        Shape.turned(
                                plaque[0], plaque[1], plaque[2], plaque[3], plaque[3] * 1.7, plaque[3], plaque[0]));
            }
        }
        return body;
    }

    private static double inBrain(double x, double y, double z) {
        double u = x / ACROSS;
        double v = y / LONG;
        double w = (z - CENTRE) / HIGH;
        return (1 - Math.sqrt(u * u + v * v + w * w)) * ACROSS;
    }

    private static void outside(Body body) {
        body.add(Tissue.SKIN, Shape.ellipsoid(0, 0, 70, 78, 97, 88));
        body.add(Tissue.SKIN, Shape.cylinder(0, -8, 68, 84, -20, 50));
        body.add(Tissue.SKIN, Shape.ellipsoid(0, -94, 12, 11, 16, 24));
        body.add(Tissue.FAT, Shape.ellipsoid(0, 0, 70, 76, 95, 86));
        body.add(Tissue.FAT, Shape.cylinder(0, -8, 66, 82, -20, 50));
        body.bothSides(Tissue.SKIN, 79, 8, 30, 5, 16, 26);
        body.add(Tissue.MUSCLE, Shape.cylinder(0, 2, 60, 78, -20, 40));
        body.add(Tissue.SKULL, Shape.ellipsoid(0, 0, CENTRE, ACROSS + 8, LONG + 8.5, HIGH + 8));
        body.add(Tissue.SPONGE, Shape.ellipsoid(0, 0, CENTRE, ACROSS + 5, LONG + 5.5, HIGH + 5));
        body.add(Tissue.SKULL, Shape.ellipsoid(0, 0, CENTRE, ACROSS + 3, LONG + 3.5, HIGH + 3));
        body.bothSides(Tissue.SKULL, 44, 8, 18, 26, 14, 12);
        body.bothSides(Tissue.GAS, 54, 18, 14, 7, 8, 8);
        body.bothSides(Tissue.FAT, 32, -68, 28, 20, 24, 19);
        body.bothSides(Tissue.FLUID, 32, -74, 28, 12.5, 12.5, 12.5);
        body.bothSides(Tissue.MUSCLE, 26, -56, 28, 4, 14, 4);
        body.bothSides(Tissue.GAS, 34, -58, 2, 15, 14, 13);
        body.bothSides(Tissue.GAS, 5, -62, 8, 3.5, 22, 16);
        body.bothSides(Tissue.GAS, 11, -84, 52, 9, 6, 10);
    }

    private static void brain(Body body) {
        Shape.Box box = Shape.Box.around(0, 0, CENTRE, ACROSS, LONG, HIGH);
        body.add(Tissue.FLUID, Shape.ellipsoid(0, 0, CENTRE, ACROSS, LONG, HIGH));
        body.add(Tissue.GREY, Shape.of(box, 4, (x, y, z) -> cortex(x, y, z) - 1.1));
        body.add(Tissue.WHITE, Shape.of(box, 4, (x, y, z) -> cortex(x, y, z) - 4.3));
        body.bothSides(Tissue.GREY, 24, -6, 72, 8, 20, 14);
        body.bothSides(Tissue.GREY, 11, 12, 70, 8, 14, 11);
        body.bothSides(Tissue.GREY, 13, -24, 82, 5, 12, 10);
        for (int side = -1; side <= 1; side += 2) {
            body.tube(
                    Tissue.FLUID,
                    5.5,
                    new double[] {side * 7, -32, 82},
                    new double[] {side * 8, 0, 94},
                    new double[] {side * 16, 30, 90},
                    new double[] {side * 24, 46, 78},
                    new double[] {side * 28, 30, 62});
        }
        body.add(Tissue.FLUID, Shape.ellipsoid(0, 4, 70, 2.6, 15, 11));
        body.add(Tissue.FLUID, Shape.ellipsoid(0, 46, 26, 52, 34, 27));
        body.add(Tissue.GREY, Shape.ellipsoid(0, 46, 25, 50, 32, 25));
        body.add(Tissue.WHITE, Shape.of(Shape.Box.around(0, 46, 25, 50, 32, 25), 4, (x, y, z) -> {
            double r = Math.sqrt(x * x / 2500 + (y - 46) * (y - 46) / 1024 + (z - 25) * (z - 25) / 625);
            return Math.min((0.94 - r) * 30, 1.2 * Math.sin(r * 34 + 0.02 * x) + 0.9 - 3 * r);
        }));
        body.tube(Tissue.WHITE, 12, new double[] {0, 16, 52}, new double[] {0, 22, 20}, new double[] {0, 26, -20});
        body.add(Tissue.FLUID, Shape.ellipsoid(0, 34, 26, 8, 4, 10));
    }

    /** How deep a point lies under the surface of the brain, where the surface follows the furrows. */
    private static double cortex(double x, double y, double z) {
        double depth = inBrain(x, y, z);
        if (depth > 26 && Math.abs(x) > 6) {
            return depth;
        }
        double side = Math.abs(x);
        double wave = Math.sin(0.21 * side + 1.7 * Math.sin(0.055 * z + 0.5) + 1.1 * Math.sin(0.043 * y))
                        * Math.sin(0.17 * y + 1.5 * Math.sin(0.06 * side + 1) + 0.8)
                + 0.55 * Math.sin(0.19 * z + 1.2 * Math.sin(0.08 * y) + 0.07 * side);
        double furrow = Math.abs(wave) * 7 + Math.max(0, depth - 15) * 0.9;
        double middle = side + (z > 60 || Math.abs(y) > 45 ? 0 : 60) + Math.max(0, depth - 42);
        return Math.min(depth, Math.min(furrow, middle));
    }
}
