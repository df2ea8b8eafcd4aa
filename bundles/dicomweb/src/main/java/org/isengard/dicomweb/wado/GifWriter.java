package org.isengard.dicomweb.wado;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOInvalidTreeException;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.isengard.dicom.image.Frame;

/** Writes pictures of 8 bits as an animated GIF, one after the other. */
final class GifWriter {
    private static final String FORMAT = "javax_imageio_gif_image_1.0";

    /** Gives the picture of a frame. */
    @FunctionalInterface
    interface Source {
        Frame picture(int frame) throws IOException;
    }

    private GifWriter() {}

    /**
     * Writes an animation that repeats for ever, or a still picture when there is one frame.
     *
     * @param delay between frames in hundredths of a second
     */
    static void write(OutputStream out, List<Integer> frames, Source source, int delay) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
        try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
            writer.setOutput(stream);
            writer.prepareWriteSequence(null);
            for (int i = 0; i < frames.size(); i++) {
                BufferedImage image = image(source.picture(frames.get(i)));
                IIOMetadata metadata =
                        writer.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(image), null);
                describe(metadata, delay, frames.size() > 1 && i == 0);
                writer.writeToSequence(new IIOImage(image, null, metadata), null);
                stream.flush();
            }
            writer.endWriteSequence();
        } finally {
            writer.dispose();
        }
    }

    private static void describe(IIOMetadata metadata, int delay, boolean repeat) throws IIOInvalidTreeException {
        IIOMetadataNode root = new IIOMetadataNode(FORMAT);
        IIOMetadataNode control = new IIOMetadataNode("GraphicControlExtension");
        control.setAttribute("disposalMethod", "none");
        control.setAttribute("userInputFlag", "FALSE");
        control.setAttribute("transparentColorFlag", "FALSE");
        control.setAttribute("delayTime", Integer.toString(delay));
        control.setAttribute("transparentColorIndex", "0");
        root.appendChild(control);
        if (repeat) {
            IIOMetadataNode extensions = new IIOMetadataNode("ApplicationExtensions");
            IIOMetadataNode extension = new IIOMetadataNode("ApplicationExtension");
            extension.setAttribute("applicationID", "NETSCAPE");
            extension.setAttribute("authenticationCode", "2.0");
            extension.setUserObject(new byte[] {1, 0, 0});
            extensions.appendChild(extension);
            root.appendChild(extensions);
        }
        metadata.mergeTree(FORMAT, root);
    }

    private static BufferedImage image(Frame picture) {
        if (picture.samplesPerPixel() == 1) {
            byte[] gray = new byte[256];
            for (int i = 0; i < gray.length; i++) {
                gray[i] = (byte) i;
            }
            BufferedImage image = new BufferedImage(
                    picture.columns(),
                    picture.rows(),
                    BufferedImage.TYPE_BYTE_INDEXED,
                    new IndexColorModel(8, gray.length, gray, gray, gray));
            byte[] pixels = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
            System.arraycopy(picture.bytes(), 0, pixels, 0, picture.samples());
            return image;
        }
        BufferedImage image = new BufferedImage(picture.columns(), picture.rows(), BufferedImage.TYPE_3BYTE_BGR);
        byte[] out = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
        byte[] in = picture.bytes();
        for (int i = 0; i < in.length; i += 3) {
            out[i] = in[i + 2];
            out[i + 1] = in[i + 1];
            out[i + 2] = in[i];
        }
        return image;
    }
}
