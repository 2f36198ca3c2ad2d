/** The head of a file (ITU-T T.81, annex B; JFIF 1.01), up to and with SOS. */
import { chrominance, luminance } from "./quantization.ts";
import {
  acCodesBytes,
  chrominanceAcCodes,
  chrominanceDcCodes,
  dcCodesBytes,
  luminanceAcCodes,
  luminanceDcCodes,
  zigzag,
} from "./tables.ts";

/** SOI, APP0, two tables of steps, SOF0, four tables of codes, DRI, SOS. */
export const headBytes: usize = 2 + 18 + 2 * 69 + 19 + 2 * (dcCodesBytes + acCodesBytes) + 6 + 14;

let end: usize = 0;

/** Writes the head; returns its end. A restart interval is counted in groups of 16x16 pixels. */
export function putHead(width: i32, height: i32, restartInterval: i32, output: usize): usize {
  end = output;
  putBytes(startOfFile, 20);
  putSteps(0, luminance);
  putSteps(1, chrominance);
  // Size of the picture; three components, sampled 2x2, 1x1, 1x1, with steps 0, 1, 1.
  putMarker(0xc0, 17);
  putByte(8);
  putShort(height);
  putShort(width);
  putBytes(components, 10);
  putBytes(luminanceDcCodes, dcCodesBytes);
  putBytes(luminanceAcCodes, acCodesBytes);
  putBytes(chrominanceDcCodes, dcCodesBytes);
  putBytes(chrominanceAcCodes, acCodesBytes);
  putMarker(0xdd, 4);
  putShort(restartInterval);
  putBytes(startOfScan, 14);
  return end;
}
const startOfFile: usize = memory.data<u8>([
  0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0,
]);
const components: usize = memory.data<u8>([3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
const startOfScan: usize = memory.data<u8>([
  0xff, 0xda, 0, 12, 3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0,
]);

function putSteps(number: i32, steps: usize): void {
  putMarker(0xdb, 67);
  putByte(number);
  for (let k = 0; k < 64; k++) putByte(load<u8>(steps + load<u8>(zigzag + k)));
}

function putMarker(marker: i32, length: i32): void {
  putByte(0xff);
  putByte(marker);
  putShort(length);
}

function putShort(value: i32): void {
  putByte(value >> 8);
  putByte(value);
}

function putByte(value: i32): void {
  store<u8>(end++, <u8>value);
}

function putBytes(bytes: usize, count: usize): void {
  memory.copy(end, bytes, count);
  end += count;
}
