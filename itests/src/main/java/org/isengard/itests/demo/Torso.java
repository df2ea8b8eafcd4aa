package org.isengard.itests.demo;

import java.util.Random;

/** A chest and an upper belly, from z = 0 at the hip bones to z = {@link #HEIGHT} at the shoulders. */
final class Torso {
    static final int HEIGHT = 350;

    static final Shape NODULE = Shape.of(Shape.Box.around(-82, -22, 286, 14, 14, 14), 3, (x, y, z) -> {
        double dx = x + 82;
        double dy = y + 22;
        double dz = z - 286;
        double angle = Math.atan2(dy, dx);
        return 9 + 0.7 * Math.sin(7 * angle + dz * 0.3) - Math.sqrt(dx * dx + dy * dy + dz * dz);
    });

    static final Shape LIVER = Shape.of(new Shape.Box(-150, 75, -100, 90, 70, 215), (x, y, z) -> {
        double right = ellipsoid(x + 62, y + 2, z - 142, 76, 76, 64);
        double left = ellipsoid(x - 5, y + 38, z - 156, 66, 40, 34);
        return Math.max(right, left);
    });

    static final Shape LEFT_KIDNEY = Shape.turned(70, 50, 96, 25, 30, 54, 25);

    private Torso() {}

    private static double ellipsoid(double x, double y, double z, double a, double b, double c) {
        double u = x / a;
        double v = y / b;
        double w = z / c;
        return (1 - Math.sqrt(u * u + v * v + w * w)) * Math.min(a, Math.min(b, c));
    }

    /** A rounded section of the trunk, {@code inset} millimetres inside the skin. */
    private static Shape trunk(double insetX, double insetY) {
        return Shape.of(new Shape.Box(-190, 190, -135, 135, -20, HEIGHT + 20), (x, y, z) -> {
            double a = 164 + 10 * Math.cos((z - 240) / 75) - insetX;
            double b = 113 + 6 * Math.cos((z - 230) / 80) - insetY;
            double u = x * x / (a * a);
            double v = y * y / (b * b);
            return (1 - Math.sqrt(u + v - 0.3 * u * v)) * b;
        });
    }

    static Body body() {
        Body body = new Body();
        table(body);
        body.add(Tissue.SKIN, trunk(0, 0));
        body.add(Tissue.FAT, trunk(2, 2));
        body.add(Tissue.MUSCLE, trunk(22, 14));
        body.add(Tissue.FAT, trunk(36, 25));
        body.add(Tissue.SOFT, Shape.cylinder(0, -4, 122, 84, 172, HEIGHT + 20));
        body.bothSides(Tissue.MUSCLE, 34, 92, 150, 32, 17, 260);
        lungs(body);
        belly(body);
        bones(body);
        heart(body);
        return body;
    }

    private static void table(Body body) {
        Shape.Box box = new Shape.Box(-230, 230, 80, 190, -20, HEIGHT + 20);
        body.add(Tissue.PAD, Shape.of(box, (x, y, z) -> 12 - Math.abs(y - 134 + x * x * 0.0011)));
        body.add(Tissue.TABLE, Shape.of(box, (x, y, z) -> 2 - Math.abs(y - 146 + x * x * 0.0011)));
        body.add(Tissue.TABLE, Shape.of(box, (x, y, z) -> 2 - Math.abs(y - 168 + x * x * 0.0022)));
    }

    private static void lungs(Body body) {
        Random random = new Random(7);
        for (int side = -1; side <= 1; side += 2) {
            Shape lung = Shape.turned(side * 68, -6, 258, 52, 76, 118, side * 8);
            body.add(Tissue.LUNG, lung);
            for (int branch = 0; branch < 9; branch++) {
                double[] direction = {
                    side * (0.5 + random.nextDouble()), random.nextGaussian() * 0.8, random.nextGaussian() * 1.1
                };
                branch(body, lung, new double[] {side * 30, 5, 255}, direction, 4.6, random);
            }
        }
        body.add(Tissue.LESION, NODULE);
        body.tube(Tissue.CARTILAGE, 10, new double[] {0, 12, 262}, new double[] {0, 6, HEIGHT + 15});
        body.tube(Tissue.GAS, 8, new double[] {0, 12, 264}, new double[] {0, 6, HEIGHT + 15});
        body.tube(Tissue.GAS, 6, new double[] {0, 12, 264}, new double[] {-34, 14, 244}, new double[] {-52, 18, 226});
        body.tube(Tissue.GAS, 5.5, new double[] {0, 12, 264}, new double[] {38, 16, 240}, new double[] {54, 20, 222});
    }

    /** Vessels: each one goes on, thinner and turned a little, and sends out a side branch. */
    private static void branch(Body body, Shape lung, double[] from, double[] way, double radius, Random random) {
        if (radius < 0.75) {
            return;
        }
        double length = 9 + radius * 4.5;
        double norm = length / Math.sqrt(way[0] * way[0] + way[1] * way[1] + way[2] * way[2]);
        double[] to = {from[0] + way[0] * norm, from[1] + way[1] * norm, from[2] + way[2] * norm};
        body.add(Tissue.BLOOD, Shape.rod(from, to, radius, radius * 0.75).within(lung::depth));
        for (int child = 0; child < 2; child++) {
            double bend = child == 0 ? 0.3 : 0.8;
            double[] next = new double[3];
            for (int i = 0; i < 3; i++) {
                next[i] = way[i] * norm / length + bend * random.nextGaussian();
            }
            branch(body, lung, to, next, radius * (child == 0 ? 0.75 : 0.55), random);
        }
    }

    private static void heart(Body body) {
        body.add(Tissue.FAT, Shape.turned(22, -28, 214, 66, 48, 52, -28));
        body.add(Tissue.MUSCLE, Shape.turned(22, -28, 214, 61, 43, 48, -28));
        body.add(Tissue.BLOOD, Shape.turned(38, -34, 208, 30, 19, 30, -30));
        body.add(Tissue.BLOOD, Shape.turned(2, -48, 212, 34, 13, 30, -20));
        body.add(Tissue.BLOOD, Shape.turned(10, 2, 226, 28, 18, 22, -10));
        body.add(Tissue.BLOOD, Shape.ellipsoid(-24, -22, 216, 17, 22, 28));
        body.tube(
                Tissue.BLOOD, 14, new double[] {6, -26, 232}, new double[] {-8, -32, 264}, new double[] {0, -24, 286});
        body.tube(
                Tissue.BLOOD, 12.5, new double[] {0, -24, 286}, new double[] {14, 0, 296}, new double[] {24, 34, 286});
        body.tube(
                Tissue.BLOOD,
                11.5,
                new double[] {24, 34, 286},
                new double[] {24, 42, 220},
                new double[] {8, 36, 150},
                new double[] {6, 34, 30});
        body.tube(Tissue.BLOOD, 7, new double[] {6, 34, 30}, new double[] {30, 30, -20});
        body.tube(Tissue.BLOOD, 7, new double[] {6, 34, 30}, new double[] {-22, 30, -20});
        body.tube(Tissue.BLOOD, 11, new double[] {-18, 30, -20}, new double[] {-18, 34, 100}, new double[] {-22, 12, 192
        });
        body.tube(Tissue.BLOOD, 9, new double[] {-26, -16, 220}, new double[] {-24, -16, HEIGHT + 10});
        body.tube(Tissue.BLOOD, 11, new double[] {20, -40, 236}, new double[] {16, -18, 262});
        body.tube(Tissue.BLOOD, 8.5, new double[] {16, -18, 262}, new double[] {-34, 0, 254});
        body.tube(Tissue.BLOOD, 8.5, new double[] {16, -18, 262}, new double[] {42, 8, 258});
        for (int side = -1; side <= 1; side += 2) {
            body.tube(Tissue.BLOOD, 4.5, new double[] {side * 6, -4, 298}, new double[] {side * 26, -6, HEIGHT + 15});
            body.tube(Tissue.BLOOD, 3.5, new double[] {6, 34, 104}, new double[] {side * 62, 46, 98});
        }
    }

    private static void belly(Body body) {
        Random random = new Random(11);
        body.add(Tissue.LIVER, LIVER);
        body.tube(
                Tissue.BLOOD, 6, new double[] {-10, 10, 120}, new double[] {-45, 2, 140}, new double[] {-80, -8, 150});
        body.tube(
                Tissue.BLOOD, 3.5, new double[] {-45, 2, 140}, new double[] {-75, 20, 160}, new double[] {-105, 25, 158
                });
        body.tube(Tissue.BLOOD, 3.5, new double[] {-24, 10, 186}, new double[] {-70, -30, 170}, new double[] {
            -95, -45, 150
        });
        body.tube(Tissue.BLOOD, 3, new double[] {-24, 10, 186}, new double[] {-85, 15, 178});
        body.add(Tissue.FLUID, Shape.ellipsoid(-44, -52, 104, 15, 15, 24));
        body.add(Tissue.SPLEEN, Shape.turned(98, 38, 158, 24, 44, 44, 20));
        body.add(Tissue.BOWEL, Shape.turned(62, -26, 150, 46, 40, 44, 15));
        body.add(Tissue.FLUID, Shape.turned(62, -26, 150, 42, 36, 40, 15));
        body.add(Tissue.GAS, Shape.turned(62, -26, 150, 42, 36, 40, 15).within((x, y, z) -> -34 - y));
        body.tube(Tissue.SOFT, 11, new double[] {-26, -2, 108}, new double[] {20, 2, 118}, new double[] {66, 20, 134});
        for (int side = -1; side <= 1; side += 2) {
            body.add(Tissue.KIDNEY, side > 0 ? LEFT_KIDNEY : Shape.turned(-70, 50, 88, 25, 30, 54, -25));
            body.add(Tissue.FAT, Shape.turned(side * 62, 44, 92, 10, 14, 26, side * 25));
            body.add(Tissue.FLUID, Shape.turned(side * 60, 44, 92, 5, 8, 14, side * 25));
            body.add(
                    Tissue.MUSCLE,
                    Shape.rod(new double[] {side * 36, 60, 120}, new double[] {side * 52, 40, 0}, 10, 24));
            body.tube(Tissue.BOWEL, 19, new double[] {side * 112, 6, -10}, new double[] {side * 114, 4, 96});
            body.tube(Tissue.GAS, 14, new double[] {side * 112, -2, 10}, new double[] {side * 114, -4, 90});
        }
        for (int loop = 0; loop < 46; loop++) {
            double x = random.nextDouble() * 170 - 85;
            double y = random.nextDouble() * 80 - 80;
            double z = random.nextDouble() * 95 - 8;
            double radius = 12 + 5 * random.nextDouble();
            Shape wall = Shape.ellipsoid(x, y, z, radius * 1.3, radius, radius);
            body.add(Tissue.BOWEL, wall);
            body.add(Tissue.FLUID, Shape.ellipsoid(x, y, z, radius * 1.3 - 3, radius - 3, radius - 3));
            if (loop % 3 == 0) {
                double level = y - radius * 0.2;
                body.add(
                        Tissue.GAS,
                        Shape.ellipsoid(x, y, z, radius * 1.3 - 3, radius - 3, radius - 3)
                                .within((px, py, pz) -> level - py));
            }
        }
    }

    private static void bones(Body body) {
        for (int level = 0; level <= 15; level++) {
            double z = level * 25 - 10;
            double size = 1.15 - 0.022 * level;
            body.add(Tissue.DISC, Shape.cylinder(0, 62, 20 * size, 15 * size, z - 14, z - 10));
            body.add(Tissue.BONE, Shape.cylinder(0, 62, 22 * size, 17 * size, z - 11, z + 11));
            body.add(Tissue.SPONGE, Shape.cylinder(0, 62, 20 * size, 15 * size, z - 9.5, z + 9.5));
            body.add(Tissue.BONE, Shape.cylinder(0, 87, 15, 14, z - 8, z + 8));
            body.add(Tissue.SPONGE, Shape.rod(new double[] {0, 98, z}, new double[] {0, 117, z - 12}, 4, 5));
            for (int side = -1; side <= 1; side += 2) {
                body.add(
                        Tissue.BONE, Shape.rod(new double[] {side * 12, 86, z}, new double[] {side * 38, 92, z}, 4, 3));
            }
        }
        body.add(Tissue.FAT, Shape.cylinder(0, 86, 10.5, 9.5, -20, HEIGHT + 20));
        body.add(Tissue.SOFT, Shape.cylinder(0, 86, 6.5, 5.5, -20, HEIGHT + 20));
        for (int rib = 0; rib < 10; rib++) {
            rib(body, 176 + rib * 19.5, rib);
        }
        body.add(Tissue.BONE, Shape.turned(0, -92, 268, 20, 6, 76, 0));
        body.add(Tissue.SPONGE, Shape.turned(0, -92, 268, 17, 4, 72, 0));
        for (int side = -1; side <= 1; side += 2) {
            body.add(Tissue.BONE, Shape.turned(side * 104, 78, 318, 40, 4, 52, side * -38));
            body.add(Tissue.BONE, Shape.turned(side * 92, 46, -6, 48, 8, 56, side * -42));
            body.add(Tissue.SPONGE, Shape.turned(side * 92, 46, -6, 45, 5, 53, side * -42));
            body.tube(
                    Tissue.BONE,
                    6,
                    new double[] {side * 20, -88, 338},
                    new double[] {side * 75, -80, 346},
                    new double[] {side * 128, -30, 344});
        }
    }

    private static void rib(Body body, double z, int number) {
        int steps = 22;
        double wide = 128 - Math.max(0, number - 5) * 9;
        double deep = 88 - Math.max(0, number - 6) * 4;
        for (int side = -1; side <= 1; side += 2) {
            double[] before = null;
            for (int step = 0; step <= steps; step++) {
                double t = step / (double) steps;
                double angle = Math.toRadians(78 - 152 * t);
                double[] at = {side * wide * Math.cos(angle), -2 + deep * Math.sin(angle), z - 62 * t * t + 8 * t};
                if (before != null) {
                    Tissue tissue = t > 0.86 ? Tissue.CARTILAGE : Tissue.BONE;
                    body.add(tissue, Shape.rod(before, at, 4.6, 4.6));
                    if (t <= 0.86) {
                        body.add(Tissue.SPONGE, Shape.rod(before, at, 2.4, 2.4));
                    }
                }
                before = at;
            }
            body.add(
                    Tissue.CARTILAGE,
                    Shape.rod(before, new double[] {side * 17, -92, Math.max(200, z - 46)}, 4.6, 4.6));
        }
    }
}
