/**
 * One baseline JPEG file from strips that were each encoded as a file of their own (ITU-T T.81). A
 * restart marker resets all that the entropy coding carries along, so the scans of the strips can
 * stand one behind the other with a marker in between, as long as every strip is coded with the
 * same tables:
 *
 *     header of any strip, with the height of the picture   DRI (blocks per strip)   SOS
 *     scan RST0 scan RST1 ... RST7 scan RST0 ... scan EOI
 */
import type { Size } from "../../rfb/size.ts";
import { PictureError } from "../picture-error.ts";

/** Rows of a strip: a multiple of the height of a block group (MCU), which is 8 or 16. */
export const jpegStripRows = 16;

const marker = { sof0: 0xc0, rst0: 0xd0, eoi: 0xd9, sos: 0xda, dri: 0xdd } as const;

export interface JpegParts {
  /** From SOI up to and with SOS. */
  readonly header: Uint8Array;
  /** The entropy-coded data and the two bytes of EOI. */
  readonly scan: Uint8Array;
}

/** Finds where the scan begins. */
export function splitJpeg(jpeg: Uint8Array): JpegParts {
  const sos = findSegment(jpeg, marker.sos);
  const scanStart = sos + 2 + segmentBytes(jpeg, sos);
  return { header: jpeg.subarray(0, scanStart), scan: jpeg.subarray(scanStart) };
}

/**
 * The scan with what stands behind it in the picture: the next restart marker, or EOI. Changes the
 * scan in place.
 */
export function encodeJpegStrip(scan: Uint8Array, index: number, isLast: boolean): Uint8Array {
  scan[scan.length - 1] = endMarker(index, isLast);
  return scan;
}

/** The second byte of the marker behind a strip. */
export function endMarker(index: number, isLast: boolean): number {
  return isLast ? marker.eoi : marker.rst0 + (index % 8);
}

/** The header for the whole picture from that of one strip. */
export function encodeJpegHead(header: Uint8Array, size: Size): Uint8Array {
  const sof = findSegment(header, marker.sof0);
  const sos = findSegment(header, marker.sos);
  // Of all components the first has the most samples; its factors tell the size of a block group
  // (MCU).
  const factors = header[sof + 11];
  const mcuWidth = 8 * (factors >>> 4);
  const mcuHeight = 8 * (factors & 15);
  const restartInterval = Math.ceil(size.width / mcuWidth) * (jpegStripRows / mcuHeight);
  const head = new Uint8Array(header.length + 6);
  head.set(header.subarray(0, sos));
  head.set(header.subarray(sos), sos + 6);
  const view = new DataView(head.buffer);
  view.setUint16(sof + 5, size.height);
  view.setUint8(sos, 0xff);
  view.setUint8(sos + 1, marker.dri);
  view.setUint16(sos + 2, 4);
  view.setUint16(sos + 4, restartInterval);
  return head;
}

/** Gives the file of this head another height. Changes the head in place. */
export function setJpegHeight(head: Uint8Array, height: number): void {
  const offset = findSegment(head, marker.sof0) + 5;
  head[offset] = height >>> 8;
  head[offset + 1] = height & 0xff;
}

/** The offset of the 0xff before the marker. */
function findSegment(jpeg: Uint8Array, wanted: number): number {
  for (let offset = 2; offset + 4 <= jpeg.length; offset += 2 + segmentBytes(jpeg, offset)) {
    if (jpeg[offset] !== 0xff) break;
    if (jpeg[offset + 1] === wanted) return offset;
  }
  throw new PictureError(
    "engine",
    `Cannot join JPEG strips: no marker 0x${wanted.toString(16)} in a strip of ${jpeg.length} bytes`,
  );
}

/** What the segment's own length says: all but the marker. */
function segmentBytes(jpeg: Uint8Array, offset: number): number {
  return (jpeg[offset + 2] << 8) | jpeg[offset + 3];
}
