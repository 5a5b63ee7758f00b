// checksums.txt over the packages of a release, as sha256sum writes it, and its Ed25519 signature. The key comes from the
// environment, as PEM: CALYPSO_SIGNING_KEY. Made once, offline:  openssl genpkey -algorithm ed25519 -out calypso.pem
import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const list = 'checksums.txt';
const signature = 'checksums.txt.sig';

const digest = (file) => createHash('sha256').update(readFileSync(file)).digest('hex');

/** Writes the list for these files of a folder, and its signature when there is a key. Returns whether it signed. */
export function writeChecksums(folder, files, key = process.env.CALYPSO_SIGNING_KEY ?? '') {
  const text = [...files].sort().map((file) => `${digest(path.join(folder, file))}  ${file}\n`).join('');
  writeFileSync(path.join(folder, list), text);
  rmSync(path.join(folder, signature), { force: true });
  if (key.trim() === '') {
    return false;
  }
  writeFileSync(path.join(folder, signature), sign(null, Buffer.from(text), ed25519(() => createPrivateKey(key))));
  return true;
}

/** Compares a folder with its list, and the list with its signature when a public key (PEM) is given. Throws at the first difference. */
export function checkChecksums(folder, publicKey) {
  const text = readFileSync(path.join(folder, list));
  if (publicKey !== undefined) {
    const file = path.join(folder, signature);
    if (!existsSync(file)) {
      throw new Error(`${signature} is missing: the list isn't signed`);
    }
    if (!verify(null, text, ed25519(() => createPublicKey(publicKey)), readFileSync(file))) {
      throw new Error(`${signature} isn't this key's signature of ${list}: don't use these files`);
    }
  }
  const lines = text.toString('utf8').split('\n').filter((line) => line !== '');
  for (const line of lines) {
    const [, sum, name] = /^([0-9a-f]{64}) {2}([\w.-]+)$/.exec(line) ?? [];
    if (name === undefined) {
      throw new Error(`${list} has a line of an unknown form`);
    }
    const file = path.join(folder, name);
    if (!existsSync(file)) {
      throw new Error(`${name} is missing`);
    }
    if (digest(file) !== sum) {
      throw new Error(`${name} isn't the file that ${list} lists: don't use it`);
    }
  }
  return lines.length;
}

// What the parser says of a key that it can't read may quote it.
function ed25519(read) {
  let key;
  try {
    key = read();
  } catch {
    throw new Error('the key is no PEM of an Ed25519 key');
  }
  if (key.asymmetricKeyType !== 'ed25519') {
    throw new Error(`the key is of the type ${key.asymmetricKeyType}: an Ed25519 key is wanted`);
  }
  return key;
}
