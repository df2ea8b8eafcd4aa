package org.isengard.itests.demo;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Colour frames in baseline JPEG with chrominance halved along rows, as ultrasound has it (PS3.3 section C.8.5.6). */
final class JpegFrames {
    private static final float QUALITY = 0.9f;
    private static final String FORMAT = "javax_imageio_jpeg_image_1.0";

    private final int rows;
    private final int columns;
    private final List<byte[]> frames = new ArrayList<>();
    private long nativeBytes;
    private long bytes;

    JpegFrames(int rows, int columns) {
        this.rows = rows;
        this.columns = columns;
    }

    /** @param pixels red, green and blue bytes of each pixel */
    void add(byte[] pixels) throws IOException {
        BufferedImage image = new BufferedImage(columns, rows, BufferedImage.TYPE_INT_RGB);
        int[] row = new int[columns];
        for (int y = 0; y < rows; y++) {
            for (int x = 0; x < columns; x++) {
                int at = (y * columns + x) * 3;
                row[x] = (pixels[at] & 0xff) << 16 | (pixels[at + 1] & 0xff) << 8 | pixels[at + 2] & 0xff;
            }
            image.setRGB(0, y, columns, 1, row, 0, columns);
        }
        byte[] frame = encode(image);
        frames.add(frame);
        nativeBytes += pixels.length;
        bytes += frame.length;
    }

    List<byte[]> frames() {
        return frames;
    }

    double ratio() {
        return nativeBytes / (double) bytes;
    }

    private static byte[] encode(BufferedImage image) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
            writer.setOutput(stream);
            ImageWriteParam parameters = writer.getDefaultWriteParam();
            parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            parameters.setCompressionQuality(QUALITY);
            IIOMetadata metadata =
                    writer.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(image), parameters);
            Element tree = (Element) metadata.getAsTree(FORMAT);
            NodeList components = tree.getElementsByTagName("componentSpec");
            ((Element) components.item(0)).setAttribute("HsamplingFactor", "2");
            ((Element) components.item(0)).setAttribute("VsamplingFactor", "1");
            metadata.setFromTree(FORMAT, tree);
            writer.write(null, new IIOImage(image, null, metadata), parameters);
        } finally {
            writer.dispose();
        }
        if (out.size() % 2 == 1) {
            out.write(0);
        }
        return out.toByteArray();
    }
}
