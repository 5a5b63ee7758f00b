// node scripts/verify.mjs FOLDER [PUBLIC_KEY.pem]: whether the files of a release are those that were made. The same without Node:
//   sha256sum -c checksums.txt
//   openssl pkeyutl -verify -pubin -inkey PUBLIC_KEY.pem -rawin -in checksums.txt -sigfile checksums.txt.sig
import { readFileSync } from 'node:fs';
import { checkChecksums } from './checksums.mjs';
import { main } from './failure.mjs';

await main('verify', async ([folder, key]) => {
  if (folder === undefined) {
    throw new Error('name the folder with checksums.txt, and the public key to check its signature');
  }
  const count = checkChecksums(folder, key === undefined ? undefined : readFileSync(key, 'utf8'));
  console.log(`${count} files are as listed${key === undefined ? '; the signature was not checked: name the public key' : ', and the list is signed by this key'}`);
});
