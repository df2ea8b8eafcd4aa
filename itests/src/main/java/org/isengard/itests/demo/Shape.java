package org.isengard.itests.demo;

/**
 * A solid in patient coordinates: millimetres, x to the patient's left, y to the back, z to the head (PS3.3 section
 * C.7.6.2.1.1).
 */
interface Shape {
    /** {@return how far the point is inside, in millimetres; negative outside} About right near the surface. */
    double depth(double x, double y, double z);

    /** {@return what holds the solid} */
    Box box();

    /** {@return by how many millimetres the depth changes at most from one point to another a millimetre away} */
    default double steepness() {
        return 1.05;
    }

    /** Half-open ranges in millimetres. */
    record Box(double x0, double x1, double y0, double y1, double z0, double z1) {
        static Box around(double x, double y, double z, double a, double b, double c) {
            return new Box(x - a - 1, x + a + 1, y - b - 1, y + b + 1, z - c - 1, z + c + 1);
        }
    }

    /** A function that gives the depth. */
    interface Depth {
        double at(double x, double y, double z);
    }

    static Shape of(Box box, Depth depth) {
        return of(box, 1.05, depth);
    }

    static Shape of(Box box, double steepness, Depth depth) {
        return new Shape() {
            @Override
            public double steepness() {
                return steepness;
            }

            @Override
            public double depth(double x, double y, double z) {
                return depth.at(x, y, z);
            }

            @Override
            public Box box() {
                return box;
            }
        };
    }

    /** An ellipsoid by its centre and half axes. */
    static Shape ellipsoid(double x, double y, double z, double a, double b, double c) {
        double least = Math.min(a, Math.min(b, c));
        return of(Box.around(x, y, z, a, b, c), (px, py, pz) -> {
            double u = (px - x) / a;
            double v = (py - y) / b;
            double w = (pz - z) / c;
            return (1 - Math.sqrt(u * u + v * v + w * w)) * least;
        });
    }

    /** An ellipsoid that is turned by an angle in degrees about the axis through its centre along z. */
    static Shape turned(double x, double y, double z, double a, double b, double c, double degrees) {
        double cos = Math.cos(Math.toRadians(degrees));
        double sin = Math.sin(Math.toRadians(degrees));
        double least = Math.min(a, Math.min(b, c));
        double reach = Math.max(a, b);
        return of(Box.around(x, y, z, reach, reach, c), (px, py, pz) -> {
            double u = ((px - x) * cos + (py - y) * sin) / a;
            double v = ((py - y) * cos - (px - x) * sin) / b;
            double w = (pz - z) / c;
            return (1 - Math.sqrt(u * u + v * v + w * w)) * least;
        });
    }

    /** A cylinder along z with an elliptic section and flat ends. */
    static Shape cylinder(double x, double y, double a, double b, double z0, double z1) {
        double least = Math.min(a, b);
        return of(new Box(x - a - 1, x + a + 1, y - b - 1, y + b + 1, z0, z1), (px, py, pz) -> {
            double u = (px - x) / a;
            double v = (py - y) / b;
            double across = (1 - Math.sqrt(u * u + v * v)) * least;
            return Math.min(across, Math.min(pz - z0, z1 - pz));
        });
    }

    /** A rod with round ends whose radius changes from one end to the other. */
    static Shape rod(double[] from, double[] to, double radius0, double radius1) {
        double dx = to[0] - from[0];
        double dy = to[1] - from[1];
        double dz = to[2] - from[2];
        double length = Math.max(1e-6, dx * dx + dy * dy + dz * dz);
        double reach = Math.max(radius0, radius1) + 1;
        Box box = new Box(
                Math.min(from[0], to[0]) - reach,
                Math.max(from[0], to[0]) + reach,
                Math.min(from[1], to[1]) - reach,
                Math.max(from[1], to[1]) + reach,
                Math.min(from[2], to[2]) - reach,
                Math.max(from[2], to[2]) + reach);
        return of(box, (px, py, pz) -> {
            double x = px - from[0];
            double y = py - from[1];
            double z = pz - from[2];
            double t = Math.max(0, Math.min(1, (x * dx + y * dy + z * dz) / length));
            x -= t * dx;
            y -= t * dy;
            z -= t * dz;
            return radius0 + t * (radius1 - radius0) - Math.sqrt(x * x + y * y + z * z);
        });
    }

    /** {@return the part of this solid that the other one holds, too} */
    default Shape within(Depth other) {
        return of(box(), steepness(), (x, y, z) -> Math.min(depth(x, y, z), other.at(x, y, z)));
    }
}
