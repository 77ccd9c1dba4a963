/**
 * A JPEG without its comments and without application segments other than JFIF (APP0), colour profile (APP2) and Adobe's
 * colour transform (APP14): Exif, XMP and thumbnails go. What is not laid out as a JPEG comes back as it was.
 */
export function stripJpeg(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return bytes;
  const parts: Uint8Array[] = [bytes.subarray(0, 2)];
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1];
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === 0xda) break;
    const end = at + 2 + bytes[at + 2] * 256 + bytes[at + 3];
    const application = marker >= 0xe0 && marker <= 0xef && ![0xe0, 0xe2, 0xee].includes(marker);
    if (!application && marker !== 0xfe) parts.push(bytes.subarray(at, end));
    at = end;
  }
  if (at >= bytes.length || bytes[at] !== 0xff) return bytes;
  const end = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).lastIndexOf(Buffer.from([0xff, 0xd9]));
  parts.push(bytes.subarray(at, end > at ? end + 2 : bytes.length));
  return Buffer.concat(parts);
}
