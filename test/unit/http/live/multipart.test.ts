import { expect, test } from "bun:test";
import {
  isBrowsersImage,
  multipartType,
  partsForBrowsers,
  partsForPrograms,
  type PartWriter,
} from "../../../../src/http/live/multipart.ts";

const pictures = ["first", "2nd"].map((text) => new TextEncoder().encode(text));

function bodyOf(writer: PartWriter): string {
  const pieces = [writer.first, ...pictures.map((each) => writer.part(each)), writer.last].flat();
  return Buffer.concat(pieces).toString();
}

test("programs read the length of each part", () => {
  expect(multipartType).toBe("multipart/x-mixed-replace; boundary=frame");
  expect(bodyOf(partsForPrograms("image/jpeg"))).toBe(
    "--frame\r\nContent-Type: image/jpeg\r\nContent-Length: 5\r\n\r\nfirst\r\n" +
      "--frame\r\nContent-Type: image/jpeg\r\nContent-Length: 3\r\n\r\n2nd\r\n" +
      "--frame--\r\n",
  );
});

test("browsers get the head of the next part with each", () => {
  expect(bodyOf(partsForBrowsers("image/png"))).toBe(
    "--frame\r\nContent-Type: image/png\r\n\r\nfirst\r\n" +
      "--frame\r\nContent-Type: image/png\r\n\r\n2nd\r\n" +
      "--frame\r\nContent-Type: image/png\r\n\r\n\r\n--frame--\r\n",
  );
});

test("the picture is not copied", () => {
  for (const writer of [partsForPrograms("image/png"), partsForBrowsers("image/png")]) {
    expect(writer.part(pictures[0])).toContain(pictures[0]);
  }
});

test.each([
  ["image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", true],
  ["image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5", true],
  ["*/*", false],
  ["text/html,application/xhtml+xml,*/*;q=0.8", false],
  [undefined, false],
])("%p is what a browser's <img> accepts: %p", (accept, isBrowsers) => {
  expect(isBrowsersImage(accept)).toBe(isBrowsers);
});
