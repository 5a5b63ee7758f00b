// Reads the directory of a zip file: names, sizes, and the mode bits that Unix packers put there.

/** A map from name to {size, mode}. */
export function packedFiles(bytes) {
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0) {
    throw new Error('not a zip file: it has no directory');
  }
  const files = new Map();
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    const [name, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset));
    const file = bytes.toString('utf8', at + 46, at + 46 + name);
    files.set(file, { size: bytes.readUInt32LE(at + 24), mode: bytes.readUInt32LE(at + 38) >>> 16 });
    at += 46 + name + extra + comment;
  }
  return files;
}
